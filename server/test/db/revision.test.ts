import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bumpRevision, cachedByRevision, readRevision } from '../../src/db/revision.ts';
import type { Db } from '../../src/db/tables.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { engines } from '../support/databases.ts';
import { open, openFresh } from './open-database.ts';

async function setValue(db: Db, value: string): Promise<void> {
  const row = { key: 'configured', value, updated_at: 0 };
  await db
    .insertInto('settings')
    .values(row)
    .onConflict((on) => on.column('key').doUpdateSet({ value }))
    .execute();
}

async function loadValue(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', 'configured')
    .executeTakeFirst();
  return row?.value;
}

const configure = (db: Db, value: string) =>
  inTransaction(db, async (trx) => {
    await setValue(trx, value);
    return bumpRevision(trx);
  });

describe.each(engines)('the configuration revision on %s', (engine) => {
  test('is bumped with the change or not at all', async () => {
    const { db } = await openFresh(engine);
    const before = await readRevision(db);
    expect(await configure(db, 'a')).toBe(before + 1);
    const undone = inTransaction(db, async (trx) => {
      await bumpRevision(trx);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await readRevision(db)).toBe(before + 1);
    await expect(bumpRevision(db)).rejects.toThrow(/transaction/);
  });

  test('a value is loaded once per revision, also for many who ask at once', async () => {
    const { db, searchDb } = await openFresh(engine);
    let loads = 0;
    const cached = cachedByRevision(async (from: Db) => {
      loads++;
      return loadValue(from);
    });
    const first = await configure(db, 'a');
    const values = await Promise.all(Array.from({ length: 20 }, () => cached(db, first)));
    expect(new Set(values)).toEqual(new Set(['a']));
    expect(await cached(searchDb, first)).toBe('a');
    expect(loads).toBe(1);
    const second = await configure(db, 'b');
    expect(await cached(db, second)).toBe('b');
    expect(await cached(db, first)).toBe('b');
    expect(loads).toBe(2);
  });

  test('who read the newer revision never gets the older value, even from a load under way', async () => {
    const { db } = await openFresh(engine);
    const slow = cachedByRevision(async (from: Db) => {
      const value = await loadValue(from);
      await delay(30);
      return value;
    });
    const first = await configure(db, 'a');
    const early = slow(db, first);
    await delay(10);
    const second = await configure(db, 'b');
    const late = slow(db, second);
    expect(await early).toBe('a');
    expect(await late).toBe('b');
  });

  test('inside a transaction it is loaded there, and nothing uncommitted is kept', async () => {
    const { db } = await openFresh(engine);
    const cached = cachedByRevision(loadValue);
    const revision = await configure(db, 'committed');
    const attempt = inTransaction(db, async (trx) => {
      await setValue(trx, 'uncommitted');
      expect(await cached(trx, await bumpRevision(trx))).toBe('uncommitted');
      throw new Error('undone');
    });
    await expect(attempt).rejects.toThrow('undone');
    expect(await cached(db, revision)).toBe('committed');
  });

  test('a load that fails is tried again', async () => {
    const { db } = await openFresh(engine);
    let failing = true;
    const cached = cachedByRevision(async (from: Db) => {
      if (failing) throw new Error('not now');
      return loadValue(from);
    });
    const revision = await configure(db, 'a');
    await expect(cached(db, revision)).rejects.toThrow('not now');
    failing = false;
    expect(await cached(db, revision)).toBe('a');
  });

  test('under concurrent changes from two connections nobody sees a value older than its revision', async () => {
    const one = await openFresh(engine);
    const other = await open(one);
    const cached = cachedByRevision(async (from: Db) => Number(await loadValue(from)));
    await inTransaction(one.db, async (trx) => setValue(trx, String(await bumpRevision(trx))));
    const change = (db: Db) =>
      inTransaction(db, async (trx) => {
        const revision = await bumpRevision(trx);
        await setValue(trx, String(revision));
      });
    const changing = Promise.all(
      [one.db, other.db].map(async (db) => {
        for (let i = 0; i < 20; i++) await change(db);
      }),
    );
    let done = false;
    const finished = changing.finally(() => {
      done = true;
    });
    while (!done) {
      await Promise.all(
        [one.db, other.db, one.searchDb].map(async (db) => {
          const revision = await readRevision(db);
          expect(await cached(db, revision)).toBeGreaterThanOrEqual(revision);
        }),
      );
    }
    await finished;
  });
});
