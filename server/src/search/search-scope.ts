import type { BrowseScope, Grants } from '../permissions/permissions.ts';
import { all, any, anything, type Condition, inColumn } from './condition.ts';
import type { CommentReader } from './jql-to-sql.ts';

/** Which issues the searcher may see, as a condition that every search carries. */
export interface SearchScope {
  readonly condition: Condition;
  readonly projectIds: ReadonlySet<number>;
}

/**
 * The scope of a search whose own condition already names projects is narrowed to these: where they may
 * be browsed wholly, nothing is left to check. (A query can only name projects that the searcher sees.)
 * `isMostProjects`: the scope keeps so few issues out that no index of projects should be used for it.
 */
export function searchScope(
  scope: BrowseScope,
  userId: number | null,
  condition: Condition,
  { isMostProjects }: { readonly isMostProjects: boolean },
): SearchScope {
  const named = projectsNamed(condition);
  const within = (ids: readonly number[]) => (named === undefined ? ids : ids.filter((id) => named.has(id)));
  const whole = within(scope.all);
  const reporter = within(scope.asReporter);
  const assignee = within(scope.asAssignee);
  const projectIds = new Set([...whole, ...reporter, ...assignee]);
  if (named !== undefined && named.size === whole.length) {
    return { condition: anything, projectIds };
  }
  const own = userId === null ? [] : [userId];
  const inWhole = inColumn('project_id', whole);
  return {
    condition: any([
      isMostProjects && inWhole.kind === 'in' ? { ...inWhole, common: true } : inWhole,
      all([inColumn('project_id', reporter), inColumn('reporter_id', own)]),
      all([inColumn('project_id', assignee), inColumn('assignee_id', own)]),
    ]),
    projectIds,
  };
}

/** The projects that every match is of one of; undefined: the condition does not say. */
function projectsNamed(condition: Condition): ReadonlySet<unknown> | undefined {
  if (condition.kind === 'and') {
    for (const part of condition.parts) {
      const named = projectsNamed(part);
      if (named !== undefined) return named;
    }
    return undefined;
  }
  const names = condition.kind === 'in' && condition.place.in === 'issue' && !condition.negated;
  return names && condition.place.in === 'issue' && condition.place.column === 'project_id'
    ? condition.values
    : undefined;
}

/** Reads memberships only for a query that looks into comments. */
export async function commentReader(
  grants: Grants,
  condition: Condition,
  projectIds: Iterable<number>,
): Promise<CommentReader> {
  if (!looksIntoComments(condition)) return { groupIds: [], roles: [] };
  const projectsByRoles = new Map<string, { projectIds: number[]; roleIds: readonly number[] }>();
  for (const projectId of projectIds) {
    const roleIds = [...(await grants.roleIds(projectId))].sort((a, b) => a - b);
    if (roleIds.length === 0) continue;
    const key = roleIds.join();
    const same = projectsByRoles.get(key) ?? { projectIds: [], roleIds };
    same.projectIds.push(projectId);
    projectsByRoles.set(key, same);
  }
  return { groupIds: [...(await grants.groupIds())], roles: [...projectsByRoles.values()] };
}

const looksIntoComments = (condition: Condition): boolean =>
  condition.kind === 'and' || condition.kind === 'or'
    ? condition.parts.some(looksIntoComments)
    : condition.kind === 'updatedBy' ||
      (condition.kind === 'text' && condition.target === 'comment') ||
      (condition.kind === 'filled' && condition.place.in === 'comments');
