import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DatabaseLog } from '../database.ts';
import { SqliteError } from './errors.ts';
import type { ThreadOptions, ThreadReply, ThreadRequest } from './protocol.ts';

interface Awaited {
  resolve(reply: ThreadReply): void;
  reject(error: unknown): void;
}

/** A running thread with a connection of its own (thread.ts): one request, one reply, then the next. */
export class DatabaseThread {
  readonly #worker: Worker;
  readonly #file: string;
  readonly #log: DatabaseLog;
  readonly #exited: Promise<void>;
  #awaited: Awaited | undefined;
  #closing = false;
  /** Why it takes no more requests. */
  stopped: Error | undefined;

  constructor(options: ThreadOptions, log: DatabaseLog) {
    this.#file = options.file;
    this.#log = log;
    // The build renames .ts to .js, but not inside a URL.
    const source = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js';
    this.#worker = new Worker(new URL(source, import.meta.url), { workerData: options, ...compileCache() });
    this.#worker.on('message', (reply: ThreadReply) => this.#receive(reply));
    this.#worker.on('error', (error) => this.#stop(unexpectedEnd(error)));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#stop(this.#closing ? new Error('The database is closed') : unexpectedEnd(undefined));
        resolve();
      });
    });
  }

  /** Requests sent before the connection is open wait for it. */
  send(request: ThreadRequest): Promise<ThreadReply> {
    return new Promise((resolve, reject) => {
      if (this.stopped !== undefined) return reject(this.stopped);
      this.#awaited = { resolve, reject };
      this.#worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.stopped === undefined) this.#worker.postMessage({ kind: 'close' } satisfies ThreadRequest);
    await this.#exited;
  }

  #receive(reply: ThreadReply): void {
    if (reply.kind === 'unopened') {
      const cause = new SqliteError(reply.failure);
      this.#stop(new Error(`The database ${this.#file} cannot be opened: ${cause.message}`, { cause }));
      return;
    }
    const awaited = this.#awaited;
    this.#awaited = undefined;
    awaited?.resolve(reply);
  }

  #stop(reason: Error): void {
    if (this.stopped !== undefined) return;
    this.stopped = reason;
    if (!this.#closing) this.#log.error({ err: reason }, 'database thread stopped');
    this.#awaited?.reject(reason);
    this.#awaited = undefined;
  }
}

/** A worker shares the program's compile cache only when told by its environment. */
function compileCache(): { env?: Record<string, string> } {
  const folder = getCompileCacheDir();
  // That is the subfolder of this version of Node.
  return folder === undefined ? {} : { env: { NODE_COMPILE_CACHE: dirname(folder) } };
}

function unexpectedEnd(cause: unknown): Error {
  return new Error('The database thread stopped; whether what it was doing is stored is unknown', { cause });
}
