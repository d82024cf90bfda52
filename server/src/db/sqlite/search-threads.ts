import type { DatabaseLog } from '../database.ts';
import type { OpenTransaction, SqliteRoutes } from './driver.ts';
import type { Statement, StatementResult } from './protocol.ts';
import { ThreadQueue } from './thread-queue.ts';

const maximumThreads = 2;

/** Read-only threads for searches; each starts when it is first needed, as it costs memory. */
export class SearchThreads implements SqliteRoutes {
  readonly #queues: readonly ThreadQueue[];

  constructor(file: string, log: DatabaseLog) {
    this.#queues = Array.from(
      { length: maximumThreads },
      () => new ThreadQueue({ file, readOnly: true }, log),
    );
  }

  read(statement: Statement): Promise<StatementResult> {
    return this.#leastBusy().run(statement, false);
  }

  async write(): Promise<never> {
    throw new Error('The search database is read-only');
  }

  async begin(): Promise<never> {
    throw new Error('The search database is read-only');
  }

  beginSnapshot(): Promise<OpenTransaction> {
    return this.#leastBusy().begin();
  }

  async close(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }

  /** The first of the idle ones: the second starts only when the first is at work. */
  #leastBusy(): ThreadQueue {
    return this.#queues.reduce((best, queue) => (queue.length < best.length ? queue : best));
  }
}
