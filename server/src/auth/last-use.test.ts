import pino from 'pino';
import { expect, test } from 'vitest';
import type { Db } from '../db/tables.ts';
import { recordLastUse } from './last-use.ts';

test('a write that fails is tried again with the next, and stops nothing for good', async () => {
  let broken = true;
  const written: unknown[] = [];
  const update = (values: unknown) => ({
    where: (_column: string, _in: string, ids: number[]) => ({
      execute: async () => {
        if (broken) throw new Error('disk full');
        written.push([values, ids]);
      },
    }),
  });
  const db = { updateTable: () => ({ set: update }) } as unknown as Db;
  const lastUse = recordLastUse(db, pino({ level: 'silent' }));
  lastUse.note('sessions', 7, null, 1_000);
  await expect(lastUse.flush()).rejects.toThrow('disk full');
  broken = false;
  lastUse.note('sessions', 8, null, 2_000);
  await lastUse.flush();
  expect(written).toEqual([[{ last_seen_at: 2_000 }, expect.arrayContaining([7, 8])]]);
  await lastUse.close();
});
