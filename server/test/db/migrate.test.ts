import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type Migration, migrate } from '../../src/db/migrate.ts';
import { migrations } from '../../src/db/migrations/index.ts';
import { engines } from '../support/databases.ts';
import { open, openFresh } from './open-database.ts';

const names = migrations.map(({ name }) => name);

const extra: Migration = {
  name: '9998-extra',
  async up(db, dialect) {
    await sql.raw(`create table extras (id ${dialect.identity}, name text not null)`).execute(db);
    await sql`insert into extras (id, name) values (3, 'fixed')`.execute(db);
    await dialect.continueIdsFrom10000(db, ['extras']);
  },
};

const broken: Migration = {
  name: '9999-broken',
  async up(db) {
    await sql`create table half_done (id integer)`.execute(db);
    throw new Error('broken migration');
  },
};

describe.each(engines)('migrations on %s', (engine) => {
  test('bring an empty database up to date, once', async () => {
    const { db } = await openFresh(engine, 'empty');
    expect(await migrate(db)).toEqual(names);
    expect(await migrate(db)).toEqual([]);
    const { rows } = await sql<{ name: string }>`select name from schema_migrations order by name`.execute(
      db,
    );
    expect(rows.map(({ name }) => name)).toEqual(names);
  });

  test('two processes that start at once share the work', async () => {
    const first = await openFresh(engine, 'empty');
    const second = await open(first);
    const applied = await Promise.all([migrate(first.db), migrate(second.db)]);
    expect(applied.flat()).toEqual(names);
  });

  test('go on where a filled older database stands, ids from 10000', async () => {
    const { db } = await openFresh(engine);
    expect(await migrate(db, [...migrations, extra])).toEqual([extra.name]);
    const { rows } = await sql<{
      id: number;
    }>`insert into extras (name) values ('next') returning id`.execute(db);
    expect(rows[0]?.id).toBe(10_000);
  });

  test('one that fails leaves nothing behind', async () => {
    const { db } = await openFresh(engine);
    await expect(migrate(db, [...migrations, extra, broken])).rejects.toThrow('broken migration');
    await expect(sql`select * from half_done`.execute(db)).rejects.toThrow();
    await expect(sql`select * from extras`.execute(db)).rejects.toThrow();
    expect(await migrate(db, [...migrations, extra])).toEqual([extra.name]);
  });

  test('a newer schema is refused by name', async () => {
    const { db } = await openFresh(engine);
    await migrate(db, [...migrations, extra]);
    await expect(migrate(db)).rejects.toThrow(
      new RegExp(`holds the migration 9998-extra, and the newest that this version knows is ${names.at(-1)}`),
    );
  });
});
