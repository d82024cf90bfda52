import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { openConnection } from './connection.ts';
import { failureOf, isBusy } from './errors.ts';
import type { Outcome, Statement, ThreadOptions, ThreadReply, ThreadRequest } from './protocol.ts';
import { StatementCache } from './statement-cache.ts';

/**
 * A thread that holds one connection and does what it is told, one request at a time: the one writer,
 * or a reader for searches. Who may go next is decided on the main thread (thread-queue.ts).
 */
const port = parentPort!;
const options = workerData as ThreadOptions;
let database: DatabaseSync;
let statements: StatementCache;

try {
  database = openConnection(options);
  statements = new StatementCache(database);
  port.on('message', (request: ThreadRequest) => {
    if (request.kind === 'close') {
      database.close();
      port.close();
    } else {
      port.postMessage(answer(request));
    }
  });
} catch (error) {
  port.postMessage({ kind: 'unopened', failure: failureOf(error) } satisfies ThreadReply);
}

function answer(request: Exclude<ThreadRequest, { kind: 'close' }>): ThreadReply {
  try {
    if (request.kind === 'batch') return { kind: 'done', outcomes: runBatch(request.statements) };
    if (request.kind === 'end') {
      end(request.commit);
      return { kind: 'done', outcomes: [] };
    }
    if (request.begin) begin();
    // Without this, what follows a transaction that SQLite ended (disk full) would be stored piecemeal.
    else if (!database.isTransaction) throw new Error('The transaction was rolled back by the database');
    return { kind: 'done', outcomes: [attempt(request.statement)] };
  } catch (error) {
    if (isBusy(error) && !database.isTransaction) return { kind: 'busy' };
    return { kind: 'failed', failure: failureOf(error) };
  }
}

/**
 * Group commit: statements that waited together share one transaction, so one sync to disk. SQLite undoes
 * a failing statement by itself and leaves the transaction open; where the whole transaction was lost
 * nevertheless (disk full, a deferred constraint), nothing has been acknowledged yet and each runs alone.
 */
function runBatch(batch: readonly Statement[]): Outcome[] {
  if (batch.length === 1 || options.readOnly) return batch.map(attemptAlone);
  begin();
  try {
    const outcomes: Outcome[] = [];
    for (const statement of batch) {
      outcomes.push(attempt(statement));
      if (!database.isTransaction) return batch.map(attemptAlone);
    }
    database.exec('commit');
    return outcomes;
  } catch {
    if (database.isTransaction) database.exec('rollback');
    return batch.map(attemptAlone);
  }
}

function attempt(statement: Statement): Outcome {
  try {
    return { result: statements.run(statement) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function attemptAlone(statement: Statement, _index: number, batch: readonly Statement[]): Outcome {
  try {
    return { result: statements.run(statement) };
  } catch (error) {
    // Then the whole request is repeated, which is right only where nothing else of it has been stored.
    if (isBusy(error) && batch.length === 1) throw error;
    return { failure: failureOf(error) };
  }
}

function begin(): void {
  database.exec(options.readOnly ? 'begin' : 'begin immediate');
}

function end(commit: boolean): void {
  if (!database.isTransaction) {
    if (commit) throw new Error('The transaction was rolled back by the database');
    return;
  }
  try {
    database.exec(commit ? 'commit' : 'rollback');
  } finally {
    if (database.isTransaction) database.exec('rollback');
  }
}
