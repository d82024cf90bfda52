import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { inSnapshot, inTransaction } from '../../src/db/transaction.ts';
import { engines } from '../support/databases.ts';
import { addGroup, openFresh } from './open-database.ts';
import { clearSettings, setSetting, settingKeys } from './settings.ts';

describe.each(engines)('transactions on %s', (engine) => {
  test('a throw undoes everything and comes out as it is', async () => {
    const { db } = await openFresh(engine);
    await clearSettings(db);
    const failure = new Error('changed my mind');
    const attempt = inTransaction(db, async (trx) => {
      await setSetting(trx, 'a');
      await inTransaction(trx, (inner) => setSetting(inner, 'b'));
      expect(await settingKeys(trx)).toEqual(['a', 'b']);
      throw failure;
    });
    await expect(attempt).rejects.toBe(failure);
    expect(await settingKeys(db)).toEqual([]);
  });

  test('nobody else sees it before it ends', async () => {
    const { db, searchDb } = await openFresh(engine);
    await clearSettings(db);
    await inTransaction(db, async (trx) => {
      await setSetting(trx, 'a');
      expect(await settingKeys(db)).toEqual([]);
      expect(await settingKeys(searchDb)).toEqual([]);
    });
    expect(await settingKeys(db)).toEqual(['a']);
  });

  test('an empty one and one that only reads are fine', async () => {
    const { db } = await openFresh(engine);
    expect(await inTransaction(db, async () => 'nothing')).toBe('nothing');
    await inTransaction(db, settingKeys);
    await setSetting(db, 'goes on');
  });

  test('many at once lose no update', async () => {
    const { db } = await openFresh(engine);
    const group = await addGroup(db, 'counter');
    const increment = () =>
      inTransaction(db, async (trx) => {
        await trx
          .updateTable('config_revision')
          .set((eb) => ({ revision: eb('revision', '+', 1) }))
          .execute();
        await trx.updateTable('groups').set({ name: 'counted' }).where('id', '=', group).execute();
      });
    const before = await db.selectFrom('config_revision').select('revision').executeTakeFirstOrThrow();
    await Promise.all(Array.from({ length: 60 }, increment));
    const after = await db.selectFrom('config_revision').select('revision').executeTakeFirstOrThrow();
    expect(after.revision - before.revision).toBe(60);
  });

  test('two that lock each other out both get through', async () => {
    const { db } = await openFresh(engine);
    const [one, two] = [await addGroup(db, 'one'), await addGroup(db, 'two')];
    const renameBoth = (first: number, second: number, name: string) =>
      inTransaction(db, async (trx) => {
        await trx.updateTable('groups').set({ name }).where('id', '=', first).execute();
        await delay(50);
        await trx.updateTable('groups').set({ name }).where('id', '=', second).execute();
      });
    await Promise.all([renameBoth(one, two, 'x'), renameBoth(two, one, 'y')]);
    const names = await db.selectFrom('groups').select('name').where('id', 'in', [one, two]).execute();
    expect(names[0]?.name).toBe(names[1]?.name);
  });

  test('a statement of it that nobody awaits spills into no other transaction', async () => {
    const { db } = await openFresh(engine);
    await clearSettings(db);
    const stray: Promise<unknown>[] = [];
    const failing = inTransaction(db, async (trx) => {
      await setSetting(trx, 'first');
      for (let i = 0; i < 5; i++) stray.push(setSetting(trx, `stray-${i}`).catch(() => {}));
      throw new Error('rolled back');
    });
    const following = inTransaction(db, (trx) => setSetting(trx, 'following'));
    await expect(failing).rejects.toThrow('rolled back');
    await following;
    await Promise.all(stray);
    expect(await settingKeys(db)).toEqual(['following']);
  });

  test('a snapshot shows one state, whatever is written meanwhile, and writes nothing', async () => {
    const { db, searchDb } = await openFresh(engine);
    await clearSettings(db);
    for (const side of [db, searchDb]) {
      await inSnapshot(side, async (snapshot) => {
        const before = await settingKeys(snapshot);
        await setSetting(db, `during-${before.length}`);
        expect(await settingKeys(snapshot)).toEqual(before);
        expect(await settingKeys(db)).toHaveLength(before.length + 1);
      });
    }
    await expect(inSnapshot(db, (snapshot) => setSetting(snapshot, 'x'))).rejects.toThrow(/read-?only/);
    expect(await settingKeys(db)).toEqual(['during-0', 'during-1']);
  });
});

describe('a transaction on sqlite', () => {
  test.runIf(engines.includes('sqlite'))('tells who would wait for itself', async () => {
    const { db } = await openFresh('sqlite');
    await clearSettings(db);
    await expect(inTransaction(db, () => setSetting(db, 'past it'))).rejects.toThrow(
      /through the transaction/,
    );
    const nested = inTransaction(db, () => inTransaction(db, async () => {}));
    await expect(nested).rejects.toThrow(/through the transaction/);
    let later: Promise<void> | undefined;
    await inTransaction(db, async () => {
      later = delay(20).then(() => setSetting(db, 'after it'));
    });
    await later;
    expect(await settingKeys(db)).toEqual(['after it']);
  });
});
