import type { Logger } from 'pino';
import type { Db } from '../db/tables.ts';
import type { Source } from '../identity.ts';
import { batching } from '../lib/batching.ts';

/** Granularity of "last used", in ms: one write a minute per credential, however often it is used. */
export const lastUseGrainMs = 60_000;
const flushEveryMs = 2_000;

type Table = 'api_tokens' | 'sessions' | 'scim_credentials' | 'oauth1_access_tokens' | 'oauth2_grants';

/** From where, and by which client; kept of API tokens. */
export type UsedFrom = Pick<Source, 'address' | 'userAgent'>;

/** Remembers when credentials were used and writes it in batches, never on a request's path. */
export interface LastUse {
  note(table: Table, id: number, lastWrittenMs: number | null, nowMs: number, from?: UsedFrom): void;
  /** Writes what is pending. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Use {
  readonly at: number;
  readonly from: UsedFrom | undefined;
}

/** Uses that one statement can write: uses noted in one batch lie within seconds, so one time stands for all of them. */
function alike(batch: readonly (readonly [number, Use])[]): { ids: number[]; use: Use }[] {
  const at = Math.max(...batch.map(([, use]) => use.at));
  const groups = Map.groupBy(batch, ([, { from }]) => `${from?.address} ${from?.userAgent}`);
  return [...groups.values()].flatMap((group) => {
    const use = { at, from: group[0]![1].from };
    const ids = group.map(([id]) => id);
    return Array.from({ length: Math.ceil(ids.length / 500) }, (_, i) => ({
      ids: ids.slice(i * 500, (i + 1) * 500),
      use,
    }));
  });
}

async function writeUses(db: Db, table: Table, ids: readonly number[], { at, from }: Use): Promise<void> {
  switch (table) {
    case 'sessions':
      await db.updateTable(table).set({ last_seen_at: at }).where('id', 'in', ids).execute();
      return;
    case 'scim_credentials':
    case 'oauth1_access_tokens':
    case 'oauth2_grants':
      await db.updateTable(table).set({ last_used_at: at }).where('id', 'in', ids).execute();
      return;
    case 'api_tokens':
      await db
        .updateTable(table)
        .set({
          last_used_at: at,
          ...(from === undefined ? {} : { last_used_address: from.address, last_used_agent: from.userAgent }),
        })
        .where('id', 'in', ids)
        .execute();
  }
}

export function recordLastUse(db: Db, log: Logger): LastUse {
  const pending = {
    api_tokens: new Map<number, Use>(),
    sessions: new Map<number, Use>(),
    scim_credentials: new Map<number, Use>(),
    oauth1_access_tokens: new Map<number, Use>(),
    oauth2_grants: new Map<number, Use>(),
  };

  const write = async (table: Table): Promise<void> => {
    const batch = [...pending[table]];
    pending[table].clear();
    try {
      for (const some of alike(batch)) await writeUses(db, table, some.ids, some.use);
    } catch (error) {
      for (const [id, use] of batch) if (!pending[table].has(id)) pending[table].set(id, use);
      throw error;
    }
  };
  const { soon, flush } = batching(
    flushEveryMs,
    async () => {
      for (const table of Object.keys(pending) as Table[]) if (pending[table].size > 0) await write(table);
    },
    (error) => log.error({ err: error }, 'last use not written'),
  );

  return {
    note(table, id, lastWrittenMs, nowMs, from) {
      if (lastWrittenMs !== null && nowMs - lastWrittenMs < lastUseGrainMs) return;
      pending[table].set(id, { at: nowMs, from });
      soon();
    },
    flush,
    close: flush,
  };
}
