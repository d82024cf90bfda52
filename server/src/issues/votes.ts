import { inTransaction } from '../db/transaction.ts';
import { NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import type { Site } from '../site.ts';
import { lockIssue } from './draft-store.ts';
import { issueMissing, notSignedIn, seeIssue } from './issue-access.ts';
import { deleteMark, putMark } from './mark-store.ts';

/** A vote says "me too", so that of who reported the issue is none; what is resolved is decided. 404, as in Jira. */
export async function addVote(site: Site, actor: Actor, idOrKey: string): Promise<void> {
  await changeVote(site, actor, idOrKey, true);
}

export async function removeVote(site: Site, actor: Actor, idOrKey: string): Promise<void> {
  await changeVote(site, actor, idOrKey, false);
}

async function changeVote(site: Site, actor: Actor, idOrKey: string, votes: boolean): Promise<void> {
  const { issue } = await seeIssue(site, actor, idOrKey);
  const { user } = actor;
  if (user === null) throw notSignedIn();
  const mark = { kind: 'vote', issueId: issue.id, userId: user.id } as const;
  await inTransaction(site.db, async (trx) => {
    const locked = await lockIssue(trx, issue.id, { labels: false, custom: false });
    if (locked === undefined) throw issueMissing(actor);
    if (locked.draft.resolutionId !== null) {
      throw new NotFound('You cannot vote or change your vote on resolved issues.');
    }
    if (votes && locked.draft.reporterId === user.id) {
      throw new NotFound('You cannot vote for an issue you have reported.');
    }
    if (votes) await putMark(trx, mark, site.clock.now());
    else if (!(await deleteMark(trx, mark))) throw new NotFound('You have not voted for this issue.');
  });
}
