import { fullTextOf, rebuildFullText } from '../full-text.ts';
import type { Migration } from '../migrate.ts';

/** Full-text search over issues, comments and custom fields. */
export const issueText: Migration = {
  name: '0002-issue-text',
  async up(db, dialect) {
    await fullTextOf(dialect).createTables(db);
    await rebuildFullText(db);
  },
};
