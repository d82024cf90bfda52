import { jiraTime } from '../lib/jira-time.ts';
import type { Wire } from '../wire.ts';
import { formatDuration } from './durations.ts';
import type { Issue } from './issue.ts';
import type { PeopleJson } from './people-json.ts';
import type { Worklog } from './worklog.ts';
import type { WorklogChanges } from './worklogs.ts';

export function worklogJson(worklog: Worklog, person: PeopleJson, { base }: Wire) {
  // Jira leaves the author out when nobody was signed in.
  const author = person(worklog.authorId);
  const updateAuthor = person(worklog.updaterId);
  return {
    self: `${base}/rest/api/2/issue/${worklog.issueId}/worklog/${worklog.id}`,
    ...(author && { author }),
    ...(updateAuthor && { updateAuthor }),
    comment: worklog.comment,
    created: jiraTime(worklog.createdAt),
    updated: jiraTime(worklog.updatedAt),
    ...(worklog.visibilityType !== null && {
      visibility: {
        type: worklog.visibilityType,
        value: worklog.visibilityName ?? '',
        identifier: String(worklog.visibilityId),
      },
    }),
    started: jiraTime(worklog.startedAt),
    timeSpent: formatDuration(worklog.seconds),
    timeSpentSeconds: worklog.seconds,
    id: String(worklog.id),
    issueId: String(worklog.issueId),
  };
}

export type Times = Pick<Issue, 'originalEstimate' | 'remainingEstimate' | 'timeSpent'>;

/** Only what is known of it, in words and in seconds. */
export function timeTrackingJson({ originalEstimate, remainingEstimate, timeSpent }: Times) {
  return {
    ...(originalEstimate !== null && { originalEstimate: formatDuration(originalEstimate) }),
    ...(remainingEstimate !== null && { remainingEstimate: formatDuration(remainingEstimate) }),
    ...(timeSpent !== null && { timeSpent: formatDuration(timeSpent) }),
    ...(originalEstimate !== null && { originalEstimateSeconds: originalEstimate }),
    ...(remainingEstimate !== null && { remainingEstimateSeconds: remainingEstimate }),
    ...(timeSpent !== null && { timeSpentSeconds: timeSpent }),
  };
}

export function progressJson({ remainingEstimate, timeSpent }: Times) {
  const progress = timeSpent ?? 0;
  const total = progress + (remainingEstimate ?? 0);
  return { progress, total, ...(total > 0 && { percent: Math.floor((progress * 100) / total) }) };
}

/** -1: there is nothing to compare with. */
export function workRatio({ originalEstimate, timeSpent }: Times): number {
  if (originalEstimate === null || originalEstimate === 0) return -1;
  return Math.floor(((timeSpent ?? 0) * 100) / originalEstimate);
}

/** An issue and its sub-tasks; null where none of them has anything. */
export function sumOfTimes(all: readonly Times[]): Times {
  const sum = (member: keyof Times) =>
    all.reduce<number | null>(
      (total, one) => (one[member] === null ? total : (total ?? 0) + one[member]),
      null,
    );
  return {
    originalEstimate: sum('originalEstimate'),
    remainingEstimate: sum('remainingEstimate'),
    timeSpent: sum('timeSpent'),
  };
}

export function worklogChangesJson(
  { since, until, isLast, changes }: WorklogChanges,
  what: 'updated' | 'deleted',
  { base }: Wire,
) {
  const page = (from: number) => `${base}/rest/api/2/worklog/${what}?since=${from}`;
  return {
    values: changes.map(({ id, at }) => ({ worklogId: id, updatedTime: at, properties: [] })),
    since,
    until,
    self: page(since),
    ...(!isLast && { nextPage: page(until) }),
    lastPage: isLast,
  };
}
