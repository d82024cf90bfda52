import type { Db } from '../db/tables.ts';
import type { Site } from '../site.ts';

/** A peer that sends X-Forwarded-For without being trusted: probably a proxy that nobody has named. */
export interface UntrustedProxy {
  readonly peer: string;
  readonly at: number;
}

const row = 'untrustedProxySeen';
const againMs = 3_600_000;

/**
 * Remembers that all clients may share one source, for the health page and once in the log: then limits and locks hit
 * everybody at once. Never on a request's path, and at most once an hour.
 */
export function watchForUntrustedProxies({ db, clock, log }: Pick<Site, 'db' | 'clock' | 'log'>): {
  note(peer: string): void;
  settled(): Promise<void>;
} {
  let notedAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<unknown> = Promise.resolve();
  return {
    note(peer) {
      const now = clock.now();
      if (now - notedAt < againMs) return;
      if (notedAt === Number.NEGATIVE_INFINITY) {
        log.warn(
          { peer },
          'X-Forwarded-For came from a peer that is not trusted, and was not believed: all its clients share one address. If it is your proxy, name it in TESSERA_TRUSTED_PROXIES.',
        );
      }
      notedAt = now;
      writing = write(db, { peer, at: now }).catch((error: unknown) =>
        log.error({ err: error }, 'an untrusted proxy was not noted'),
      );
    },
    settled: async () => {
      await writing;
    },
  };
}

async function write(db: Db, seen: UntrustedProxy): Promise<void> {
  const value = JSON.stringify(seen);
  await db
    .insertInto('settings')
    .values({ key: row, value, updated_at: seen.at })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: seen.at }))
    .execute();
}

/** The last one within a day; undefined: none. */
export async function findUntrustedProxy(db: Db, now: number): Promise<UntrustedProxy | undefined> {
  const found = await db.selectFrom('settings').select('value').where('key', '=', row).executeTakeFirst();
  if (found === undefined) return undefined;
  const seen = JSON.parse(found.value) as UntrustedProxy;
  return now - seen.at < 24 * againMs ? seen : undefined;
}
