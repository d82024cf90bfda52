import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** For updatedBy(): who changed a comment last. */
export const jqlUpdaters: Migration = {
  name: '0022b-jql',
  async up(db) {
    await sql`create index comments_by_updater on comments (updater_id, updated_at, issue_id)`.execute(db);
  },
};
