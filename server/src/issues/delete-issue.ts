import { inTransaction } from '../db/transaction.ts';
import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import type { Site } from '../site.ts';
import { deleteIssueRows } from './draft-store.ts';
import { issueMissing, requireOnIssue, seeIssue } from './issue-access.ts';
import { issueKey } from './issue-key.ts';
import { holdIssue, listSubtasks } from './issue-store.ts';

/** Throws BadRequest while the issue has sub-tasks that shall not go with it. */
export async function deleteIssue(
  site: Site,
  actor: Actor,
  idOrKey: string,
  { withSubtasks }: { readonly withSubtasks: boolean },
): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  await requireOnIssue(
    actor,
    seen,
    'DELETE_ISSUES',
    'You do not have permission to delete issues in this project.',
  );
  const { issue, project } = seen;
  await inTransaction(site.db, async (trx) => {
    // Holds up whoever is about to make a sub-task of it.
    if (!(await holdIssue(trx, issue.id))) throw issueMissing(actor);
    const subtasks = await listSubtasks(trx, [issue.id]);
    if (subtasks.length > 0 && !withSubtasks) {
      throw new BadRequest(
        `The issue '${issueKey(project, issue)}' has subtasks.  You must specify the 'deleteSubtasks' ` +
          'parameter to delete this issue and all its subtasks.',
      );
    }
    await deleteIssueRows(trx, issue.id, site.clock.now());
  });
}
