import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import {
  constraintViolation,
  isForeignKeyViolation,
  isUniqueViolation,
} from '../../src/db/constraint-errors.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { engines } from '../support/databases.ts';
import { addGroup, openFresh } from './open-database.ts';
import { setSetting } from './settings.ts';

const failureOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(engines)('constraint errors on %s', (engine) => {
  test('a value taken already names its column', async () => {
    const { db } = await openFresh(engine);
    await addGroup(db, 'Taken');
    const error = await failureOf(addGroup(db, 'taken'));
    expect(constraintViolation(error)).toMatchObject({ kind: 'unique', columns: 'groups.name_folded' });
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'groups.name_folded')).toBe(true);
    expect(isUniqueViolation(error, 'users.name_folded', 'groups.name_folded')).toBe(true);
    expect(isUniqueViolation(error, 'groups.name')).toBe(false);
    expect(isForeignKeyViolation(error)).toBe(false);
  });

  test('so does a primary key, inside a transaction too', async () => {
    const { db } = await openFresh(engine);
    await setSetting(db, 'a');
    const error = await failureOf(inTransaction(db, (trx) => setSetting(trx, 'a')));
    expect(isUniqueViolation(error, 'settings.key')).toBe(true);
  });

  test('several columns are named in the order of the index, an expression by its index', async () => {
    const { db } = await openFresh(engine);
    await sql`create table pairs (a integer not null, b integer not null, c text, unique (a, b))`.execute(db);
    await sql`create unique index pairs_by_folded_c on pairs (lower(c))`.execute(db);
    await sql`insert into pairs values (1, 2, 'x')`.execute(db);
    const pair = await failureOf(sql`insert into pairs values (1, 2, 'y')`.execute(db));
    expect(isUniqueViolation(pair, 'pairs.a,b')).toBe(true);
    expect(isUniqueViolation(pair, 'pairs.a')).toBe(false);
    const folded = await failureOf(sql`insert into pairs values (1, 3, 'X')`.execute(db));
    expect(isUniqueViolation(folded, 'pairs_by_folded_c')).toBe(true);
  });

  test('a missing parent is a foreign-key violation', async () => {
    const { db } = await openFresh(engine);
    const error = await failureOf(
      db.insertInto('group_members').values({ group_id: 1, user_id: 1 }).execute(),
    );
    expect(isForeignKeyViolation(error)).toBe(true);
    expect(isUniqueViolation(error)).toBe(false);
  });

  test('missing values and failed checks are told apart', async () => {
    const { db } = await openFresh(engine);
    await sql`create table amounts (amount integer not null constraint positive check (amount > 0))`.execute(
      db,
    );
    const empty = await failureOf(sql`insert into amounts values (null)`.execute(db));
    expect(constraintViolation(empty)).toMatchObject({ kind: 'not-null', columns: 'amounts.amount' });
    const negative = await failureOf(sql`insert into amounts values (-1)`.execute(db));
    expect(constraintViolation(negative)).toMatchObject({ kind: 'check', constraint: 'positive' });
  });

  test('anything else is none', async () => {
    const { db } = await openFresh(engine);
    expect(constraintViolation(await failureOf(sql`select nonsense`.execute(db)))).toBeUndefined();
    expect(constraintViolation(new Error('UNIQUE constraint failed: users.key'))).toBeUndefined();
    expect(constraintViolation(undefined)).toBeUndefined();
  });
});
