import type { Actor } from '../identity.ts';
import type { Page } from '../lib/paging.ts';
import type { Site } from '../site.ts';
import type { User } from '../users/user.ts';
import { usersById } from '../users/user-store.ts';
import { type Reference, referenceAt } from '../workflows/reference.ts';
import { type Change, countChanges, listChanges } from './change-store.ts';
import { seeIssue } from './issue-access.ts';

export interface Changelog extends Page {
  readonly total: number;
  readonly changes: readonly Change[];
  readonly users: ReadonlyMap<number, User>;
  readonly reference: Reference;
}

/** How many changes an issue's own JSON holds at most; the changelog resource pages through all. */
export const changesInIssue = 1000;

export async function viewChangelog(
  site: Site,
  actor: Actor,
  idOrKey: string,
  page: Page,
): Promise<Changelog> {
  const { issue } = await seeIssue(site, actor, idOrKey);
  return changelogOf(site, actor, issue.id, page);
}

/** Oldest first. Four statements, one without changes. */
export async function changelogOf(site: Site, actor: Actor, issueId: number, page: Page): Promise<Changelog> {
  const total = await countChanges(site.db, issueId);
  const changes = total === 0 ? [] : await listChanges(site.db, issueId, page);
  const users = await usersById(
    site.db,
    changes.map(({ authorId }) => authorId),
  );
  const reference = await referenceAt(site.db, actor.revision);
  return { ...page, total, changes, users, reference };
}
