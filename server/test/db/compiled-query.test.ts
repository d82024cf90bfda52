import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { compiledListQuery, compiledQuery, type ParamsOf } from '../../src/db/compiled.ts';
import type { Db } from '../../src/db/tables.ts';
import { inSnapshot, inTransaction } from '../../src/db/transaction.ts';
import { engines } from '../support/databases.ts';
import { addGroup, openFresh } from './open-database.ts';
import { setSetting } from './settings.ts';

const findGroup = compiledQuery((db: Db, p: ParamsOf<{ name: string; atLeast: number }>) =>
  db
    .selectFrom('groups')
    .select(['id', 'name'])
    .where('name_folded', '=', p.name)
    .where('id', '>=', p.atLeast)
    .limit(1),
);

const renameGroup = compiledQuery((db: Db, p: ParamsOf<{ id: number; name: string }>) =>
  db.updateTable('groups').set({ name: p.name }).where('id', '=', p.id).returning('name'),
);

describe.each(engines)('compiled queries on %s', (engine) => {
  test('bind their parameters anew each time, beside the fixed values', async () => {
    const { db, searchDb } = await openFresh(engine);
    const [a, b] = [await addGroup(db, 'a'), await addGroup(db, 'b')];
    for (const side of [db, searchDb]) {
      expect(await findGroup(side, { name: 'a', atLeast: 0 })).toMatchObject([{ id: a, name: 'a' }]);
      expect(await findGroup(side, { atLeast: 0, name: 'b' })).toMatchObject([{ id: b, name: 'b' }]);
      expect(await findGroup(side, { name: 'b', atLeast: b + 1 })).toEqual([]);
    }
  });

  test('inside a transaction and a snapshot they see what it sees', async () => {
    const { db } = await openFresh(engine);
    await inTransaction(db, async (trx) => {
      await addGroup(trx, 'inside');
      expect(await findGroup(trx, { name: 'inside', atLeast: 0 })).toHaveLength(1);
      expect(await findGroup(db, { name: 'inside', atLeast: 0 })).toHaveLength(0);
    });
    await inSnapshot(db, async (snapshot) => {
      expect(await findGroup(snapshot, { name: 'later', atLeast: 0 })).toHaveLength(0);
      await addGroup(db, 'later');
      expect(await findGroup(snapshot, { name: 'later', atLeast: 0 })).toHaveLength(0);
      expect(await findGroup(db, { name: 'later', atLeast: 0 })).toHaveLength(1);
    });
  });

  test('can write, and are undone with their transaction', async () => {
    const { db } = await openFresh(engine);
    const id = await addGroup(db, 'old');
    await inTransaction(db, async (trx) => {
      expect(await renameGroup(trx, { id, name: 'undone' })).toMatchObject([{ name: 'undone' }]);
      throw new Error('no');
    }).catch(() => {});
    expect(await findGroup(db, { name: 'old', atLeast: 0 })).toMatchObject([{ name: 'old' }]);
    expect(await renameGroup(db, { id, name: 'new' })).toMatchObject([{ name: 'new' }]);
    expect(await findGroup(db, { name: 'old', atLeast: 0 })).toMatchObject([{ name: 'new' }]);
  });

  test('the same query on two databases stays apart', async () => {
    const [one, other] = [await openFresh(engine), await openFresh(engine)];
    await addGroup(one.db, 'here');
    expect(await findGroup(one.db, { name: 'here', atLeast: 0 })).toHaveLength(1);
    expect(await findGroup(other.db, { name: 'here', atLeast: 0 })).toHaveLength(0);
  });

  test('a parameter that is not passed on whole is a mistake told at the first call', async () => {
    const { db } = await openFresh(engine);
    const glued = compiledQuery((db: Db, p: ParamsOf<{ text: string }>) =>
      db.selectFrom('groups').select('id').where('name', 'like', `%${p.text}%`),
    );
    await expect(glued(db, { text: 'a' })).rejects.toThrow(/text can only be passed on whole/);
    const dropped = compiledQuery((db: Db, p: ParamsOf<{ text: string }>) =>
      db
        .selectFrom('groups')
        .select('id')
        .$if(p.text === 'never', (query) => query.where('name', '=', p.text)),
    );
    await expect(dropped(db, { text: 'a' })).rejects.toThrow(/text did not reach the SQL/);
    await expect(findGroup(db, { name: 'a' } as never)).rejects.toThrow(/undefined/);
  });

  test('follow a change of the schema', async () => {
    const { db } = await openFresh(engine);
    const all = compiledQuery((db: Db) =>
      db.selectFrom('settings').select(['key', 'value']).where('key', '=', 'k'),
    );
    await setSetting(db, 'k', 'v');
    expect(await all(db, {})).toMatchObject([{ key: 'k', value: 'v' }]);
    await sql`alter table settings add column note text`.execute(db);
    expect(await all(db, {})).toMatchObject([{ key: 'k', value: 'v' }]);
  });

  test.each([0, 1, 2, 3, 5, 1024, 1025, 2100])('a list of %i values finds each once', async (length) => {
    const { db } = await openFresh(engine);
    const byName = compiledListQuery((root: Db, names: readonly string[]) =>
      root.selectFrom('groups').select('name').where('name_folded', 'in', names),
    );
    const [a, b] = ['first', 'last'];
    await addGroup(db, a);
    await addGroup(db, b);
    const list = Array.from({ length }, (_, i) => (i === 0 ? a : i === length - 1 ? b : `none ${i}`));
    const found = (await byName(db, list)).map(({ name }) => name).sort();
    expect(found).toEqual([a, b].slice(0, Math.min(length, 2)));
  });
});
