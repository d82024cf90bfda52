import type { Logger } from 'pino';
import type { Db } from '../db/tables.ts';

/** Granularity of "last used", in ms: one write a minute per credential, however often it is used. */
export const lastUseGrainMs = 60_000;
const flushEveryMs = 2_000;

type Table = 'api_tokens' | 'sessions' | 'scim_credentials';

/** Remembers when credentials were used and writes it in batches, never on a request's path. */
export interface LastUse {
  note(table: Table, id: number, lastWrittenMs: number | null, nowMs: number): void;
  /** Writes what is pending. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function recordLastUse(db: Db, log: Logger): LastUse {
  const pending = {
    api_tokens: new Map<number, number>(),
    sessions: new Map<number, number>(),
    scim_credentials: new Map<number, number>(),
  };
  let timer: NodeJS.Timeout | undefined;
  let flushing = Promise.resolve();

  const write = async (table: Table): Promise<void> => {
    const batch = [...pending[table]];
    pending[table].clear();
    // Uses noted in one batch lie within seconds, so one time stands for all of them.
    const at = Math.max(...batch.map(([, ms]) => ms));
    const ids = batch.map(([id]) => id);
    try {
      for (let i = 0; i < ids.length; i += 500) {
        const some = ids.slice(i, i + 500);
        if (table === 'sessions') {
          await db.updateTable('sessions').set({ last_seen_at: at }).where('id', 'in', some).execute();
        } else {
          await db.updateTable(table).set({ last_used_at: at }).where('id', 'in', some).execute();
        }
      }
    } catch (error) {
      for (const [id, ms] of batch) if (!pending[table].has(id)) pending[table].set(id, ms);
      throw error;
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // A write that failed is told to whoever waited for it, and is tried again with the next.
    const before = flushing.catch(() => undefined);
    flushing = before.then(async () => {
      for (const table of ['api_tokens', 'sessions', 'scim_credentials'] as const)
        if (pending[table].size > 0) await write(table);
    });
    return flushing;
  };

  return {
    note(table, id, lastWrittenMs, nowMs) {
      if (lastWrittenMs !== null && nowMs - lastWrittenMs < lastUseGrainMs) return;
      pending[table].set(id, nowMs);
      timer ??= setTimeout(() => {
        flush().catch((error: unknown) => log.error({ err: error }, 'last use not written'));
      }, flushEveryMs);
    },
    flush,
    close: flush,
  };
}
