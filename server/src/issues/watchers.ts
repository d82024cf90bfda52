import type { Db } from '../db/tables.ts';
import { BadRequest, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import type { User, UserReference } from '../users/user.ts';
import { findUser, usersByWord } from '../users/user-store.ts';
import { notSignedIn, requireOnIssue, type SeenIssue, seeIssue } from './issue-access.ts';
import { loadIssueViews } from './issue-view.ts';
import { deleteMark, putMark } from './mark-store.ts';
import { refusingVanished } from './vanished.ts';
import { wantedFields } from './wanted-fields.ts';

const mayNotManage = 'You do not have permission to manage the watcher list of this issue.';

/** `word`: a user's name, key, account id or e-mail address; undefined: oneself. */
export async function addWatcher(
  site: Site,
  actor: Actor,
  idOrKey: string,
  word: string | undefined,
): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  const found =
    word === undefined ? (actor.user ?? undefined) : (await usersByWord(site.db, [word])).get(word);
  const watcher = await requireMayManage(actor, seen, found, word);
  if (!watcher.active || !(await sees(site, actor, seen, watcher))) {
    throw new BadRequest(
      `The user "${watcher.name}" does not have permission to view this issue. This user will not be added ` +
        'to the watch list.',
    );
  }
  const mark = { kind: 'watch', issueId: seen.issue.id, userId: watcher.id } as const;
  await refusingVanished(() => putMark(site.db, mark, site.clock.now()));
}

/** Removing who does not watch changes nothing, and is no mistake. */
export async function removeWatcher(
  site: Site,
  actor: Actor,
  idOrKey: string,
  reference: UserReference,
): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  const word = reference.accountId ?? reference.key ?? reference.name;
  if (actor.user === null) throw notSignedIn();
  if (word === undefined) throw new BadRequest('The username or accountId of the watcher must be given.');
  const watcher = await requireMayManage(actor, seen, await findUser(site.db, reference), word);
  await deleteMark(site.db, { kind: 'watch', issueId: seen.issue.id, userId: watcher.id });
}

/** Everybody decides for themselves. Who exists is told only to those who may decide for others. */
async function requireMayManage(
  actor: Actor,
  seen: SeenIssue,
  watcher: User | undefined,
  word: string | undefined,
): Promise<User> {
  if (actor.user === null) throw notSignedIn();
  if (watcher?.id !== actor.user.id) await requireOnIssue(actor, seen, 'MANAGE_WATCHERS', mayNotManage);
  if (watcher === undefined) throw new NotFound(`The user '${word?.slice(0, 255)}' does not exist.`);
  return watcher;
}

async function sees(site: Site, actor: Actor, { issue, project }: SeenIssue, user: User): Promise<boolean> {
  if (user.id === actor.user?.id) return true;
  const grants = await grantsOf(site, { user, revision: actor.revision });
  return grants.onIssue('BROWSE_PROJECTS', project, issue);
}

/** Who makes an issue or comments on it watches it from then on, as Jira's autowatch does by default. */
export async function watchFromNowOn(trx: Db, actor: Actor, issueId: number, at: number): Promise<void> {
  if (actor.user !== null) await putMark(trx, { kind: 'watch', issueId, userId: actor.user.id }, at);
}

export const watchingLimit = 1000;

/** Of each issue by its id: whether who asks watches it; false as well for what is missing or hidden. */
export async function viewWatching(
  site: Site,
  actor: Actor,
  issueIds: readonly string[],
): Promise<Record<string, boolean>> {
  if (issueIds.length > watchingLimit) {
    throw new BadRequest(`One request can ask about at most ${watchingLimit} issues.`);
  }
  const ids = issueIds.filter((id) => /^\d{1,15}$/.test(id)).map(Number);
  const views = await loadIssueViews(site, actor, [...new Set(ids)], wantedFields(['watches'], nothingElse));
  const watched = new Set(views.filter(({ issue }) => issue.isWatching === 1).map(({ issue }) => issue.id));
  return Object.fromEntries(issueIds.map((id) => [id, watched.has(Number(id))]));
}

const nothingElse = { all: false, has: () => false };
