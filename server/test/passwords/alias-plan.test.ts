import { CompiledQuery } from 'kysely';
import { expect, test, vi } from 'vitest';
import { findAccountForSignIn } from '../../src/auth/sign-in-store.ts';
import { engines } from '../support/databases.ts';
import { startServer } from '../support/server.ts';

test.each(engines)(
  'names, addresses and earlier addresses are all looked up by an index on %s',
  async (engine) => {
    const server = await startServer({ engine });
    try {
      const plan = await server.app.site.db.transaction().execute(async (trx) => {
        const run = vi.spyOn(trx, 'executeQuery');
        await findAccountForSignIn(trx, { folded: 'fred', nobody: 'n:x' });
        const query = run.mock.calls.at(-1)![0] as unknown as CompiledQuery;
        run.mockRestore();
        const explain = async (words: string) => {
          const text = query.sql.replaceAll(/\$\d+|\?/g, "'1'");
          return (await trx.executeQuery(CompiledQuery.raw(`${words} ${text}`))).rows;
        };
        if (engine === 'sqlite') return JSON.stringify(await explain('explain query plan'));
        // The tables are empty: without this it would read them whole, and rightly so.
        await trx.executeQuery(CompiledQuery.raw('set local enable_seqscan = off'));
        return JSON.stringify(await explain('explain'));
      });
      expect(plan).toMatch(/users_/);
      expect(plan).not.toMatch(/SCAN users|Seq Scan on users|SCAN user_email|Seq Scan on user_email/);
    } finally {
      await server.stop();
    }
  },
);
