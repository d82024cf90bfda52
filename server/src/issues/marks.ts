import type { Actor } from '../identity.ts';
import type { Site } from '../site.ts';
import type { User } from '../users/user.ts';
import { type SeenIssue, seeIssue } from './issue-access.ts';
import { listMarkers, type MarkKind } from './mark-store.ts';

/** Who watches an issue, or voted for it. */
export interface Marks {
  readonly seen: SeenIssue;
  readonly people: readonly User[];
}

/** Without the right to see who they are, one finds nobody there but oneself; the numbers are no secret. */
export async function viewMarks(site: Site, actor: Actor, kind: MarkKind, idOrKey: string): Promise<Marks> {
  const seen = await seeIssue(site, actor, idOrKey);
  const { issue, project, grants } = seen;
  if (await grants.onIssue('VIEW_VOTERS_AND_WATCHERS', project, issue)) {
    return { seen, people: await listMarkers(site.db, kind, issue.id) };
  }
  const isMine = kind === 'watch' ? issue.isWatching : issue.hasVoted;
  return { seen, people: isMine === 1 ? [actor.user!] : [] };
}
