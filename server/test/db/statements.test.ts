import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { addGroup, openFresh } from './open-database.ts';
import { clearSettings, setSetting, settingKeys } from './settings.ts';

describe.each(engines)('statements on %s', (engine) => {
  test('an awaited write is seen by the next read, wherever that is asked', async () => {
    const { db, searchDb } = await openFresh(engine);
    await clearSettings(db);
    for (let i = 0; i < 50; i++) {
      await setSetting(db, `key-${i}`);
      expect(await settingKeys(db)).toHaveLength(i + 1);
      expect(await settingKeys(searchDb)).toHaveLength(i + 1);
    }
  });

  test('writes report how many rows they changed', async () => {
    const { db } = await openFresh(engine);
    await clearSettings(db);
    await setSetting(db, 'a');
    await setSetting(db, 'b');
    const updated = await db.updateTable('settings').set({ value: 'x' }).executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(2n);
    const missed = await db.deleteFrom('settings').where('key', '=', 'c').executeTakeFirst();
    expect(missed.numDeletedRows).toBe(0n);
  });

  test('ids are handed out from 10000 on and ids below can be inserted', async () => {
    const { db } = await openFresh(engine);
    const first = await addGroup(db, 'first');
    expect(first).toBeGreaterThanOrEqual(10_000);
    await db.insertInto('groups').values({ id: 7, name: 'seven', name_folded: 'seven' }).execute();
    expect(await addGroup(db, 'second')).toBe(first + 1);
  });

  test('counts, sums, truth values and large times come back as numbers', async () => {
    const { db } = await openFresh(engine);
    const largest = Number.MAX_SAFE_INTEGER;
    await clearSettings(db);
    await db.insertInto('settings').values({ key: 'a', value: '', updated_at: largest }).execute();
    const row = await db
      .selectFrom('settings')
      .select((eb) => [
        eb.fn.countAll().as('count'),
        eb.fn.sum('updated_at').as('sum'),
        eb.fn.max('updated_at').as('latest'),
        eb.exists(eb.selectFrom('settings').select('key')).as('any'),
      ])
      .executeTakeFirstOrThrow();
    expect({ ...row }).toEqual({ count: 1, sum: largest, latest: largest, any: 1 });
  });

  test('true and false are stored as flags; undefined and objects are refused', async () => {
    const { db } = await openFresh(engine);
    await sql`update config_revision set revision = ${true}`.execute(db);
    expect(await db.selectFrom('config_revision').select('revision').execute()).toMatchObject([
      { revision: 1 },
    ]);
    await expect(sql`update config_revision set revision = ${undefined}`.execute(db)).rejects.toThrow(
      /undefined/,
    );
    await expect(sql`select ${new Date()}`.execute(db)).rejects.toThrow(/Date/);
    await expect(sql`select ${{ a: 1 }}`.execute(db)).rejects.toThrow(/Object/);
  });

  test('raw reads and raw writes both find their way', async () => {
    const { db } = await openFresh(engine);
    await clearSettings(db);
    await sql`insert into settings (key, value, updated_at) values (${'a'}, ${'1'}, 0)`.execute(db);
    const { rows } = await sql<{ n: number }>`
      with all_settings as (select * from settings) select count(*) as n from all_settings
    `.execute(db);
    expect(rows[0]?.n).toBe(1);
    await sql`with gone as (select 'a' as key) delete from settings where key in (select key from gone)`.execute(
      db,
    );
    expect(await settingKeys(db)).toEqual([]);
  });

  test('the search side refuses to write', async () => {
    const { searchDb, db } = await openFresh(engine);
    await expect(setSetting(searchDb, 'written by a search')).rejects.toThrow(/read-only/);
    expect(await settingKeys(db)).not.toContain('written by a search');
  });

  test('a long search holds up neither other reads and writes nor the event loop', async () => {
    const { db, searchDb } = await openFresh(engine);
    let searching = true;
    const search =
      engine === 'sqlite'
        ? sql`with recursive n (i) as (select 1 union all select i + 1 from n limit 3000000) select count(*) from n`
        : sql`select pg_sleep(0.6)`;
    const searched = search.execute(searchDb).finally(() => {
      searching = false;
    });
    await settingKeys(searchDb);
    for (let i = 0; i < 10; i++) await setSetting(db, `meanwhile-${i}`);
    expect(searching).toBe(true);
    await searched;
  });

  test('after close nothing is accepted', async () => {
    const { db, close } = await openFresh(engine);
    await close();
    await expect(setSetting(db, 'late')).rejects.toThrow();
    await expect(settingKeys(db)).rejects.toThrow();
  });
});
