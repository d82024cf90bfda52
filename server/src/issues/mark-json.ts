import type { User } from '../users/user.ts';
import { userJson } from '../users/user-json.ts';
import type { Wire } from '../wire.ts';
import { issueKey } from './issue-key.ts';
import type { Marks } from './marks.ts';

export const watchersSelf = (key: string, base: string): string => `${base}/rest/api/2/issue/${key}/watchers`;
export const votesSelf = (key: string, base: string): string => `${base}/rest/api/2/issue/${key}/votes`;

export function watchersJson({ seen: { issue, project }, people }: Marks, wire: Wire) {
  return {
    self: watchersSelf(issueKey(project, issue), wire.base),
    isWatching: issue.isWatching === 1,
    watchCount: issue.watchCount,
    watchers: peopleOf(people, wire),
  };
}

export function votesJson({ seen: { issue, project }, people }: Marks, wire: Wire) {
  return {
    self: votesSelf(issueKey(project, issue), wire.base),
    votes: issue.voteCount,
    hasVoted: issue.hasVoted === 1,
    voters: peopleOf(people, wire),
  };
}

const peopleOf = (people: readonly User[], wire: Wire) => people.map((one) => userJson(one, wire));
