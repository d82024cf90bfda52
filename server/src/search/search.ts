import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { changesInIssue } from '../issues/changelog.ts';
import { fieldMetas } from '../issues/field-meta.ts';
import type { SeenIssue } from '../issues/issue-access.ts';
import { type IssueView, loadIssueViews } from '../issues/issue-view.ts';
import type { ExpandedIssue } from '../issues/issues.ts';
import { listProperties } from '../issues/property-store.ts';
import { transitionsOf } from '../issues/transitions.ts';
import type { WantedFields } from '../issues/wanted-fields.ts';
import { type Page, pageOf } from '../lib/paging.ts';
import { sha256 } from '../lib/sha256.ts';
import { grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import { usersById } from '../users/user-store.ts';
import { findIssues } from './find-issues.ts';
import { listChangesOfIssues } from './search-store.ts';

/** Atlassian, "Search": 50 unless asked for more; more than 1000 is lowered, and the answer says so. */
const pageLimits = { fallback: 50, cap: 1000 };

export interface SearchAsked {
  readonly jql: string;
  readonly startAt?: number | undefined;
  readonly maxResults?: number | undefined;
  readonly wanted: WantedFields;
  readonly expand: ReadonlySet<string>;
  /** Keys of issue properties; `*all`: every one. */
  readonly properties: readonly string[];
  /** false: names that do not exist are warnings, not errors. */
  readonly strict: boolean;
}

export interface SearchResult extends Page {
  readonly total: number;
  readonly issues: readonly ExpandedIssue[];
  readonly warnings: readonly string[];
}

/** Finds a page of issues and counts all. Throws a 400 with everything that is wrong with the query. */
export async function searchIssues(site: Site, actor: Actor, asked: SearchAsked): Promise<SearchResult> {
  const page = pageOf(withoutLimit(asked), pageLimits);
  const found = await findIssues(site, actor, { jql: asked.jql, ...page, strict: asked.strict });
  const issues = await loadIssues(site, actor, found.ids, asked);
  return { ...page, total: await found.total(), issues, warnings: found.warnings };
}

/** `maxResults=-1` asks for as many as there may be (pycontribs, bugwarrior). */
const withoutLimit = ({ startAt, maxResults }: SearchAsked) => ({
  startAt,
  maxResults: maxResults !== undefined && maxResults < 0 ? pageLimits.cap : maxResults,
});

export interface TokenPage {
  readonly issues: readonly ExpandedIssue[];
  /** undefined: this is the last page. */
  readonly nextPageToken: string | undefined;
  readonly warnings: readonly string[];
}

/** As Cloud's `search/jql` pages: each answer names the next page, and nothing is counted. */
export async function searchByToken(
  site: Site,
  actor: Actor,
  asked: SearchAsked & { readonly nextPageToken: string | undefined },
): Promise<TokenPage> {
  const { nextPageToken, jql } = asked;
  const startAt = nextPageToken === undefined ? (asked.startAt ?? 0) : parsePageToken(nextPageToken, jql);
  const page = pageOf({ ...withoutLimit(asked), startAt }, pageLimits);
  const { maxResults } = page;
  // One more than the page holds tells whether it is the last.
  const found = await findIssues(site, actor, {
    jql,
    startAt: page.startAt,
    maxResults: maxResults === 0 ? 0 : maxResults + 1,
    strict: asked.strict,
  });
  const issues = await loadIssues(site, actor, found.ids.slice(0, maxResults), asked);
  const isLast = found.ids.length <= maxResults;
  return {
    issues,
    nextPageToken: isLast ? undefined : pageToken(page.startAt + maxResults, jql),
    warnings: found.warnings,
  };
}

export async function countIssues(site: Site, actor: Actor, jql: string): Promise<number> {
  const found = await findIssues(site, actor, { jql, startAt: 0, maxResults: 0, strict: true });
  return found.total();
}

const queryMark = (jql: string): string => sha256(jql).slice(0, 16);

/** Where the next page starts, bound to the query: with another one it would skip issues silently. */
function pageToken(startAt: number, jql: string): string {
  return Buffer.from(`${startAt}.${queryMark(jql)}`).toString('base64url');
}

function parsePageToken(token: string, jql: string): number {
  const [startAt, mark, more] = Buffer.from(token, 'base64url').toString('latin1').split('.');
  if (startAt === undefined || !/^\d{1,9}$/.test(startAt) || mark !== queryMark(jql) || more !== undefined) {
    throw new BadRequest('The nextPageToken is not one of this query. Start again without it.');
  }
  return Number(startAt);
}

async function loadIssues(
  site: Site,
  actor: Actor,
  ids: readonly number[],
  { wanted, expand, properties }: SearchAsked,
): Promise<ExpandedIssue[]> {
  // Read by the search side too: a thousand issues are no short read.
  const views = await loadIssueViews({ db: site.searchDb }, actor, ids, wanted);
  const found = views.map(({ issue }) => issue.id);
  const changelogs = expand.has('changelog') ? await loadChangelogs(site, views) : undefined;
  const propertiesOf =
    properties.length > 0 && found.length > 0
      ? Map.groupBy(
          await listProperties(
            site.searchDb,
            'issue',
            found,
            properties.includes('*all') ? undefined : properties,
          ),
          ({ entityId }) => entityId,
        )
      : undefined;
  const grants = await grantsOf(site, actor);
  const issues: ExpandedIssue[] = [];
  for (const view of views) {
    const { id } = view.issue;
    const seen = { issue: view.issue, project: view.project, grants } as SeenIssue;
    issues.push({
      view,
      transitions: expand.has('transitions')
        ? await transitionsOf(site, actor, seen, expand.has('transitions.fields'))
        : undefined,
      editmeta: expand.has('editmeta') ? await editMetaOf(site, actor, seen) : undefined,
      changelog: changelogs?.(id),
      properties: properties.length > 0 ? (propertiesOf?.get(id) ?? []) : undefined,
    });
  }
  return issues;
}

async function editMetaOf(site: Site, actor: Actor, seen: SeenIssue): Promise<ExpandedIssue['editmeta']> {
  const may = await seen.grants.onIssue('EDIT_ISSUES', seen.project, seen.issue);
  return may ? fieldMetas(site, actor, seen, 'edit') : [];
}

type Changelog = NonNullable<ExpandedIssue['changelog']>;

/** Three statements for the page. */
async function loadChangelogs(
  { searchDb }: Site,
  views: readonly IssueView[],
): Promise<(issueId: number) => Changelog> {
  const ids = views.map(({ issue }) => issue.id);
  const { changes, totals } = await listChangesOfIssues(searchDb, ids, changesInIssue);
  const users = await usersById(
    searchDb,
    changes.map(({ authorId }) => authorId),
  );
  const changesOf = Map.groupBy(changes, ({ issueId }) => issueId);
  const reference = views[0]?.reference;
  return (issueId) => ({
    startAt: 0,
    maxResults: changesInIssue,
    total: totals.get(issueId) ?? 0,
    changes: changesOf.get(issueId) ?? [],
    users,
    reference: reference!,
  });
}
