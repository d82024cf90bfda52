import { connectDatabase } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { setSetting } from './settings.ts';

/**
 * Writes rows `prefix-lane-i` and prints each key once its write is acknowledged: a single statement and a
 * transaction of two in turn, several lanes at once so that group commit is under way.
 */
const [options = '{}', prefix = '', count = '0'] = process.argv.slice(2);
const { db, close } = await connectDatabase(JSON.parse(options));

async function lane(number: number): Promise<void> {
  for (let i = 0; i < Number(count); i++) {
    const key = `${prefix}-${number}-${i}`;
    if (i % 3 === 0) {
      await inTransaction(db, async (trx) => {
        await setSetting(trx, key);
        await setSetting(trx, `${key}-twin`);
      });
    } else {
      await setSetting(db, key);
    }
    process.stdout.write(`${key}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(lane));
await close();
