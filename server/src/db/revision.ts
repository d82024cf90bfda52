import { compiledQuery } from './compiled.ts';
import { type DatabaseIdentity, identityOf } from './dialect.ts';
import type { Db } from './tables.ts';
import { inSnapshot } from './transaction.ts';

/**
 * One number for the whole configuration (schemes, workflows, fields, settings): whoever changes any of
 * it bumps the number in the same transaction, and what is cached counts only for the number it was read
 * with. So a change is seen by the next request of every process, without messages between them.
 */
const selectRevision = compiledQuery((db: Db) =>
  db.selectFrom('config_revision').select('revision').where('id', '=', 1),
);

export async function readRevision(db: Db): Promise<number> {
  const [row] = await selectRevision(db, {});
  if (row === undefined) throw new Error('The database has no config_revision row');
  return row.revision;
}

export async function bumpRevision(trx: Db): Promise<number> {
  if (!trx.isTransaction) throw new Error('bumpRevision belongs into the transaction of the change');
  const { revision } = await trx
    .updateTable('config_revision')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', '=', 1)
    .returning('revision')
    .executeTakeFirstOrThrow();
  return revision;
}

interface Loaded<T> {
  readonly revision: number;
  readonly value: T;
}

interface Cache<T> {
  loaded: Loaded<T> | undefined;
  loading: Promise<Loaded<T>> | undefined;
}

/**
 * What `load` returns, as of `revision` (the actor's) or newer; loaded again only after a change. Inside
 * a transaction it is loaded each time, since the transaction may have changed it: ask before opening one.
 */
export function cachedByRevision<T>(load: (db: Db) => Promise<T>): (db: Db, revision: number) => Promise<T> {
  const caches = new WeakMap<DatabaseIdentity, Cache<T>>();
  return async (db, revision) => {
    if (db.isTransaction) return load(db);
    const cache = cacheOf(caches, identityOf(db));
    if (cache.loaded !== undefined && cache.loaded.revision >= revision) return cache.loaded.value;
    // A load that began before `revision` was read may still return the state before the change.
    if (cache.loading !== undefined) {
      const loaded = await cache.loading.catch(() => undefined);
      if (loaded !== undefined && loaded.revision >= revision) return loaded.value;
    }
    cache.loading ??= loadInSnapshot(db, load, cache);
    return (await cache.loading).value;
  };
}

function cacheOf<T>(caches: WeakMap<DatabaseIdentity, Cache<T>>, database: DatabaseIdentity): Cache<T> {
  const known = caches.get(database);
  if (known !== undefined) return known;
  const made: Cache<T> = { loaded: undefined, loading: undefined };
  caches.set(database, made);
  return made;
}

async function loadInSnapshot<T>(db: Db, load: (db: Db) => Promise<T>, cache: Cache<T>): Promise<Loaded<T>> {
  try {
    return await inSnapshot(db, async (snapshot) => {
      const revision = await readRevision(snapshot);
      cache.loaded = { revision, value: await load(snapshot) };
      return cache.loaded;
    });
  } finally {
    cache.loading = undefined;
  }
}
