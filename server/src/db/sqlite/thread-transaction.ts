import type { DatabaseLog } from '../database.ts';
import { replyError, SqliteError } from './errors.ts';
import type { Statement, StatementResult, ThreadReply, ThreadRequest } from './protocol.ts';

const idleLimitMs = 30_000;

export interface TransactionPort {
  send(request: ThreadRequest): Promise<ThreadReply>;
  /** The thread is free for the next job. */
  release(): void;
  readonly log: DatabaseLog;
}

/** A transaction whose turn has come. It opens with its first statement, which saves a message. */
export class ThreadTransaction {
  readonly #port: TransactionPort;
  readonly #watch: NodeJS.Timeout;
  #begun = false;
  #ended: Error | undefined;
  #lastUsedAt = Date.now();
  /** The last request under way: one at a time, also when a rollback comes while a statement runs. */
  #tail: Promise<unknown> | undefined;

  constructor(port: TransactionPort) {
    this.#port = port;
    this.#watch = setInterval(() => this.#abandonWhenIdle(), idleLimitMs / 2).unref();
  }

  async run(statement: Statement): Promise<StatementResult> {
    while (this.#ended === undefined && this.#tail !== undefined) await this.#tail.catch(() => {});
    if (this.#ended !== undefined) throw this.#ended;
    const reply = await this.#send({ kind: 'step', begin: !this.#begun, statement });
    if (reply.kind !== 'done') throw replyError(reply);
    this.#begun = true;
    const outcome = reply.outcomes[0]!;
    if ('failure' in outcome) throw new SqliteError(outcome.failure, statement.sql);
    return outcome.result;
  }

  async end(commit: boolean): Promise<void> {
    if (this.#ended !== undefined) {
      if (commit) throw this.#ended;
      return;
    }
    this.#ended = new Error('The transaction has ended');
    clearInterval(this.#watch);
    try {
      await this.#tail?.catch(() => {});
      if (!this.#begun) return;
      const reply = await this.#send({ kind: 'end', commit });
      if (reply.kind !== 'done') throw replyError(reply);
    } finally {
      this.#port.release();
    }
  }

  #send(request: ThreadRequest): Promise<ThreadReply> {
    const sent = this.#port.send(request).finally(() => {
      this.#tail = undefined;
      this.#lastUsedAt = Date.now();
    });
    this.#tail = sent;
    return sent;
  }

  /** A callback that waits for something that never comes would keep every other writer out. */
  #abandonWhenIdle(): void {
    if (this.#tail !== undefined || Date.now() - this.#lastUsedAt < idleLimitMs) return;
    const abandoned = new Error('The transaction was rolled back: it did nothing for 30 seconds');
    this.#port.log.error({ err: abandoned }, 'idle transaction rolled back');
    void this.end(false).catch(() => {});
    this.#ended = abandoned;
  }
}
