import type { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isUniqueViolation } from '../../src/db/constraint-errors.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { engines } from '../support/databases.ts';
import { openFresh } from './open-database.ts';
import { clearSettings, setSetting, settingKeys } from './settings.ts';

describe.runIf(engines.includes('sqlite'))('the writer of sqlite', () => {
  test('group commit: of many writes at once the failing ones alone fail', async () => {
    const { db } = await openFresh('sqlite');
    await clearSettings(db);
    const keys = Array.from({ length: 250 }, (_, i) => (i % 10 === 9 ? 'taken' : `key-${i}`));
    const outcomes = await Promise.allSettled(keys.map((key) => setSetting(db, key)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(24);
    expect(refused.every(({ reason }) => isUniqueViolation(reason, 'settings.key'))).toBe(true);
    expect(await settingKeys(db)).toEqual([...new Set(keys)].sort());
  });

  test('group commit: one that fails only at the commit does not take the others along', async () => {
    const { db } = await openFresh('sqlite');
    await sql`create table parents (id integer primary key)`.execute(db);
    await sql`
      create table children (id integer primary key, parent integer references parents (id) deferrable initially deferred)
    `.execute(db);
    const insert = (id: number, parent: number | null) =>
      (db as never as typeof anyDb).insertInto('children').values({ id, parent }).execute();
    const anyDb = db.$extendTables<{ children: { id: number; parent: number | null } }>();
    const outcomes = await Promise.allSettled([insert(1, null), insert(2, 99), insert(3, null)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const { rows } = await sql<{ id: number }>`select id from children order by id`.execute(db);
    expect(rows.map(({ id }) => id)).toEqual([1, 3]);
  });

  test('group commit: one that rolls the whole transaction back does not take the others along', async () => {
    const { db } = await openFresh('sqlite');
    await clearSettings(db);
    await sql`
      create trigger refuse before insert on settings when new.key = 'refused'
      begin select raise(rollback, 'refused by trigger'); end
    `.execute(db);
    const outcomes = await Promise.allSettled(['a', 'b', 'refused', 'c'].map((key) => setSetting(db, key)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await settingKeys(db)).toEqual(['a', 'b', 'c']);
  });

  test('a transaction that the database has rolled back stores nothing more', async () => {
    const { db } = await openFresh('sqlite');
    await clearSettings(db);
    await sql`
      create trigger refuse before insert on settings when new.key = 'refused'
      begin select raise(rollback, 'refused by trigger'); end
    `.execute(db);
    const attempt = inTransaction(db, async (trx) => {
      await setSetting(trx, 'before');
      await setSetting(trx, 'refused').catch(() => {});
      await setSetting(trx, 'after').catch(() => {});
    });
    await expect(attempt).rejects.toThrow(/rolled back/);
    expect(await settingKeys(db)).toEqual([]);
  });

  test('a dead thread fails what was under way, and the next write has a new one', async () => {
    const threads: Worker[] = [];
    const remember = (thread: Worker) => void threads.push(thread);
    process.on('worker', remember);
    onTestFinished(() => void process.off('worker', remember));
    const { db } = await openFresh('sqlite');
    await clearSettings(db);
    const hanging = inTransaction(db, async (trx) => {
      await setSetting(trx, 'lost');
      await threads[0]!.terminate();
      await setSetting(trx, 'lost too');
    });
    const waiting = setSetting(db, 'waited');
    await expect(hanging).rejects.toThrow(/thread stopped/);
    await waiting;
    expect(threads).toHaveLength(2);
    expect(await settingKeys(db)).toEqual(['waited']);
  });

  test('a transaction that hangs is rolled back, so that others can write', async () => {
    const { db } = await openFresh('sqlite');
    await clearSettings(db);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const begun = Promise.withResolvers<void>();
    const resume = Promise.withResolvers<void>();
    const hanging = inTransaction(db, async (trx) => {
      await setSetting(trx, 'never');
      begun.resolve();
      await resume.promise;
      await setSetting(trx, 'never either');
    });
    await begun.promise;
    const waiting = setSetting(db, 'waited');
    vi.advanceTimersByTime(60_000);
    await waiting;
    resume.resolve();
    await expect(hanging).rejects.toThrow(/did nothing for 30 seconds/);
    expect(await settingKeys(db)).toEqual(['waited']);
  });

  test('reads wait for no write', async () => {
    const { db } = await openFresh('sqlite');
    const writes = Array.from({ length: 300 }, (_, i) => setSetting(db, `key-${i}`));
    let written = false;
    const all = Promise.all(writes).then(() => {
      written = true;
    });
    await settingKeys(db);
    expect(written).toBe(false);
    await all;
  });
});
