import type { Actor } from '../identity.ts';
import type { Site } from '../site.ts';
import { type Changelog, changelogOf, changesInIssue } from './changelog.ts';
import { type FieldMeta, fieldMetas } from './field-meta.ts';
import { type SeenIssue, seeIssue } from './issue-access.ts';
import { type IssueView, loadViews } from './issue-view.ts';
import { listProperties, type Property } from './property-store.ts';
import { type TransitionView, transitionsOf } from './transitions.ts';
import type { WantedFields } from './wanted-fields.ts';

export interface IssueAsked {
  readonly idOrKey: string;
  readonly wanted: WantedFields;
  readonly expand: ReadonlySet<string>;
  /** Keys of properties; `*all`: every one. */
  readonly properties: readonly string[];
}

/** An issue with what `expand` and `properties` ask for beside it. */
export interface ExpandedIssue {
  readonly view: IssueView;
  readonly transitions: readonly TransitionView[] | undefined;
  readonly editmeta: readonly FieldMeta[] | undefined;
  readonly changelog: Changelog | undefined;
  readonly properties: readonly Property[] | undefined;
}

/**
 * Reads one issue. Throws Jira's answer when it is missing or hidden. Statements: one for the issue, one for
 * the people it names besides who asks, and one each for custom values, sub-tasks, parent, comments and worklogs where
 * it has any.
 */
export async function viewIssue(site: Site, actor: Actor, asked: IssueAsked): Promise<ExpandedIssue> {
  const seen = await seeIssue(site, actor, asked.idOrKey);
  const [view] = (await loadViews(site, actor, [seen], asked.wanted)) as [IssueView];
  const { expand, properties } = asked;
  if (expand.size === 0 && properties.length === 0) return { view, ...nothingMore };
  const { id } = seen.issue;
  return {
    view,
    transitions: expand.has('transitions')
      ? await transitionsOf(site, actor, seen, expand.has('transitions.fields'))
      : undefined,
    editmeta: expand.has('editmeta') ? await viewEditMetaOf(site, actor, seen) : undefined,
    changelog: expand.has('changelog')
      ? await changelogOf(site, actor, id, { startAt: 0, maxResults: changesInIssue })
      : undefined,
    properties:
      properties.length > 0
        ? await listProperties(site.db, 'issue', [id], properties.includes('*all') ? undefined : properties)
        : undefined,
  };
}

const nothingMore = {
  transitions: undefined,
  editmeta: undefined,
  changelog: undefined,
  properties: undefined,
} as const;

/** The fields that who asks may change; none without the right to edit, as in Jira. */
export async function viewEditMeta(site: Site, actor: Actor, idOrKey: string): Promise<FieldMeta[]> {
  return viewEditMetaOf(site, actor, await seeIssue(site, actor, idOrKey));
}

async function viewEditMetaOf(site: Site, actor: Actor, seen: SeenIssue): Promise<FieldMeta[]> {
  const { grants, project, issue } = seen;
  if (!(await grants.onIssue('EDIT_ISSUES', project, issue))) return [];
  return fieldMetas(site, actor, seen, 'edit');
}
