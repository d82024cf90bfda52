import type { Asker } from '../../audit/audit.ts';
import { addComment } from '../../issues/comments.ts';
import { createIssue } from '../../issues/new-issue.ts';
import { transitionIssue } from '../../issues/transitions.ts';
import type { Site } from '../../site.ts';
import type { DemoIssue, Everyone } from './demo-issue.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** From one issue to the next. */
const paceMs = 33 * hourMs;

export interface Telling {
  readonly askers: Everyone<Asker>;
  /** Id of the custom field. */
  readonly storyPoints: string;
}

/** Makes the issues of a project, each with its story: made some weeks ago, worked on and talked about since. */
export async function tellIssues(
  site: Site,
  telling: Telling,
  project: string,
  issues: readonly DemoIssue[],
): Promise<void> {
  const now = site.clock.now();
  for (const [i, issue] of issues.entries()) {
    const madeAt = now - (issues.length - i) * paceMs - ((i * 7) % 9) * hourMs;
    await tellIssue(site, telling, project, issue, stepsFrom(madeAt, stepOf(issue, now - madeAt, i), now));
  }
}

/** What is finished was done within days; what is going on has gone on until now. */
function stepOf({ status, comments = [] }: DemoIssue, ageMs: number, i: number): number {
  if (status === 'Done') return (3 + (i % 5)) * hourMs;
  return Math.floor(ageMs / (comments.length + 1.5));
}

/** Times of what happens one after the other; never in the future. */
function* stepsFrom(startMs: number, stepMs: number, endMs: number): Generator<number, never> {
  for (let at = startMs; ; at = Math.min(at + stepMs, endMs)) yield at;
}

async function tellIssue(
  site: Site,
  { askers, storyPoints }: Telling,
  project: string,
  issue: DemoIssue,
  times: Iterator<number, never>,
): Promise<void> {
  const next = (): Site => {
    const at = times.next().value;
    return { ...site, clock: { now: () => at } };
  };
  const { key } = await createIssue(next(), askers[issue.by].actor, {
    fields: {
      project: { key: project },
      issuetype: { name: issue.type },
      summary: issue.summary,
      description: issue.text ?? null,
      environment: issue.environment ?? null,
      priority: { name: issue.priority ?? 'Medium' },
      labels: issue.labels ?? [],
      assignee: issue.to === undefined ? null : { name: issue.to },
      duedate: issue.due === undefined ? null : dayFrom(site, issue.due),
      [storyPoints]: issue.points ?? null,
      ...(issue.parent === undefined ? {} : { parent: { key: `${project}-${issue.parent}` } }),
    },
  });
  const worker = askers[issue.to ?? issue.by].actor;
  if (issue.status !== undefined) await transitionIssue(next(), worker, key, { transition: begin });
  for (const [who, body] of issue.comments ?? []) await addComment(next(), askers[who].actor, key, { body });
  if (issue.status === 'Done') {
    const fields = { resolution: { name: issue.resolution ?? 'Done' } };
    await transitionIssue(next(), worker, key, { transition: finish, fields });
  }
}

/** Transitions of the workflow that new software projects have (db/migrations/fresh-site.ts). */
const begin = { id: '21' };
const finish = { id: '31' };

function dayFrom(site: Site, days: number): string {
  return new Date(site.clock.now() + days * dayMs).toISOString().slice(0, 10);
}
