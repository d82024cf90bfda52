import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** WAS … BY and CHANGED BY start from who it was; of one issue, values are told without reading its rows. */
export const jqlSetters: Migration = {
  name: '0022c-jql',
  async up(db) {
    for (const statement of [
      'drop index held_values_by_issue',
      'create index held_values_by_issue on held_values (issue_id, field, value)',
      'create index held_values_by_setter on held_values (field, since_by, value, issue_id)',
      'create index held_values_by_changer on held_values (field, until_by, next_value, until_at, issue_id)',
    ]) {
      await sql.raw(statement).execute(db);
    }
  },
};
