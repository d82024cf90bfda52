import { sql } from 'kysely';
import type { Site } from '../server/src/site.ts';

/** Fills the table of API tokens with live ones of the first account, whose secrets nobody knows. SQLite only. */
export async function addTokens({ db, clock }: Site, count: number): Promise<void> {
  const now = clock.now();
  const step = 50_000;
  for (let done = 0; done < count; done += step) {
    const some = Math.min(step, count - done);
    await sql`
      insert into api_tokens (user_id, label, token_hash, kind, created_at, expires_at)
      with recursive numbers (i) as (select 1 union all select i + 1 from numbers where i < ${some})
      select (select min(id) from users), 'bulk ' || i, lower(hex(randomblob(32))), 'minted', ${now}, ${now + 86_400_000}
      from numbers`.execute(db);
  }
}
