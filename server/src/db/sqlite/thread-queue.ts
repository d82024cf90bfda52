import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseLog } from '../database.ts';
import { DatabaseThread } from './database-thread.ts';
import { replyError, SqliteError } from './errors.ts';
import type { Statement, StatementResult, ThreadOptions, ThreadReply, ThreadRequest } from './protocol.ts';
import { ThreadTransaction } from './thread-transaction.ts';

const maximumBatch = 100;
const busyLimitMs = 15_000;

interface StatementJob {
  readonly kind: 'statement';
  readonly statement: Statement;
  readonly groupable: boolean;
  resolve(result: StatementResult): void;
  reject(error: unknown): void;
}

interface TransactionJob {
  readonly kind: 'transaction';
  resolve(transaction: ThreadTransaction): void;
  reject(error: unknown): void;
}

/**
 * The queue before a database thread: first come, first served. A transaction has the thread to itself
 * from its turn to its end. Statements outside of one gather while the thread is at work and then go to
 * it together (group commit). A thread that died is replaced: SQLite itself undoes what was not committed.
 */
export class ThreadQueue {
  readonly #options: ThreadOptions;
  readonly #log: DatabaseLog;
  readonly #jobs: (StatementJob | TransactionJob)[] = [];
  #thread: DatabaseThread | undefined;
  /** A batch or a transaction has its turn. */
  #occupied = false;
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(options: ThreadOptions, log: DatabaseLog) {
    this.#options = options;
    this.#log = log;
  }

  /** Under way and waiting; of several threads the least busy one is asked. */
  get length(): number {
    return this.#jobs.length + (this.#occupied ? 1 : 0);
  }

  run(statement: Statement, groupable: boolean): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ kind: 'statement', statement, groupable, resolve, reject });
    });
  }

  /** Resolves when it is the transaction's turn. */
  begin(): Promise<ThreadTransaction> {
    return new Promise((resolve, reject) => this.#enqueue({ kind: 'transaction', resolve, reject }));
  }

  /** Finishes what is queued, then closes the connection. */
  close(): Promise<void> {
    this.#closed ??= Promise.withResolvers();
    this.#next();
    return this.#closed.promise;
  }

  #enqueue(job: StatementJob | TransactionJob): void {
    if (this.#closed === undefined) {
      this.#jobs.push(job);
      this.#next();
    } else {
      job.reject(new Error('The database is closed'));
    }
  }

  #next(): void {
    if (this.#occupied) return;
    const job = this.#jobs[0];
    if (job === undefined) {
      if (this.#closed !== undefined) this.#closed.resolve(this.#thread?.close());
      return;
    }
    this.#occupied = true;
    if (job.kind === 'statement') {
      void this.#runBatch(this.#takeBatch());
    } else {
      this.#jobs.shift();
      job.resolve(this.#openTransaction());
    }
  }

  #release(): void {
    this.#occupied = false;
    this.#next();
  }

  #openTransaction(): ThreadTransaction {
    const thread = this.#liveThread();
    return new ThreadTransaction({
      send: (request) => sendPatiently(thread, request),
      release: () => this.#release(),
      log: this.#log,
    });
  }

  #liveThread(): DatabaseThread {
    if (this.#thread === undefined || this.#thread.stopped !== undefined) {
      this.#thread = new DatabaseThread(this.#options, this.#log);
    }
    return this.#thread;
  }

  #takeBatch(): StatementJob[] {
    const end = this.#jobs.findIndex((job) => job.kind !== 'statement' || !job.groupable);
    const length = Math.min(end === -1 ? this.#jobs.length : Math.max(end, 1), maximumBatch);
    return this.#jobs.splice(0, length) as StatementJob[];
  }

  async #runBatch(batch: readonly StatementJob[]): Promise<void> {
    try {
      const statements = batch.map((job) => job.statement);
      const reply = await sendPatiently(this.#liveThread(), { kind: 'batch', statements });
      if (reply.kind !== 'done') throw replyError(reply);
      for (const [index, job] of batch.entries()) {
        const outcome = reply.outcomes[index]!;
        if ('result' in outcome) job.resolve(outcome.result);
        else job.reject(new SqliteError(outcome.failure, job.statement.sql));
      }
    } catch (error) {
      for (const job of batch) job.reject(error);
    }
    this.#release();
  }
}

/** One request and its reply; while another process holds the write lock, asks again after a pause. */
async function sendPatiently(thread: DatabaseThread, request: ThreadRequest): Promise<ThreadReply> {
  const deadline = Date.now() + busyLimitMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 20)) {
    const reply = await thread.send(request);
    if (reply.kind !== 'busy' || Date.now() > deadline) return reply;
    await delay(pauseMs * (0.5 + Math.random()));
  }
}
