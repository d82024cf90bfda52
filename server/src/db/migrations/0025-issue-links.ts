import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Which issue is linked to which, and how: the source blocks the destination. */
export const issueLinks: Migration = {
  name: '0025-issue-links',
  async up(db, { identity }) {
    const statements = [
      `create table issue_links (
        id ${identity},
        type_id bigint not null references issue_link_types (id),
        source_id bigint not null references issues (id) on delete cascade,
        destination_id bigint not null references issues (id) on delete cascade,
        created_at bigint not null)`,
      'create unique index issue_links_by_source on issue_links (source_id, destination_id, type_id)',
      'create index issue_links_by_destination on issue_links (destination_id)',
      'create index issue_links_by_type on issue_links (type_id)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
