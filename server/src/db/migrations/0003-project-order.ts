import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** For the commonest lists there are: the issues of one project, newest or last changed first. */
export const projectOrder: Migration = {
  name: '0003-project-order',
  async up(db) {
    await sql`create index issues_by_project_creation on issues (project_id, created_at)`.execute(db);
    await sql`create index issues_by_project_update on issues (project_id, updated_at)`.execute(db);
  },
};
