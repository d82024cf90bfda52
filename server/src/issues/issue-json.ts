import { jiraTime } from '../lib/jira-time.ts';
import type { Project } from '../projects/project-cache.ts';
import { type ProjectRefJson, projectRefJson } from '../projects/project-json.ts';
import type { Wire } from '../wire.ts';
import type { CustomField } from '../workflows/reference.ts';
import { linkTypeJson, type ReferenceFragments, referenceFragments } from '../workflows/reference-json.ts';
import { systemFields } from '../workflows/system-fields.ts';
import { commentJson } from './comment-json.ts';
import { customValueJson } from './custom-value-json.ts';
import type { RelatedIssue } from './issue.ts';
import { issueKey } from './issue-key.ts';
import type { IssueView, LinkedIssue } from './issue-view.ts';
import { votesSelf, watchersSelf } from './mark-json.ts';
import { type PeopleJson, peopleJson } from './people-json.ts';
import { renderedText } from './rendered-text.ts';
import type { WantedFields } from './wanted-fields.ts';
import { progressJson, sumOfTimes, timeTrackingJson, worklogJson, workRatio } from './worklog-json.ts';
import { worklogsInIssue } from './worklog-store.ts';

export interface IssueJsonOptions {
  readonly wire: Wire;
  readonly wanted: WantedFields;
  /** `names`, `schema`, `renderedFields`; the others are added by the resource that loads them. */
  readonly expand: ReadonlySet<string>;
}

/** What can be asked for by `expand`; stands in every issue, as in Jira. */
const expandable = 'renderedFields,names,schema,transitions,editmeta,changelog,properties';

/** An issue in Jira's shape; pure. */
export function issueJson(view: IssueView, options: IssueJsonOptions) {
  const { issue, project } = view;
  const { wire, wanted, expand } = options;
  const person = peopleJson(view.users, wire);
  const every = fieldsJson(view, person, wire);
  const fields = wanted.all ? every : pick(every, wanted);
  return {
    expand: expandable,
    id: String(issue.id),
    self: issueSelf(issue.id, wire.base),
    key: issueKey(project, issue),
    fields,
    ...(expand.has('renderedFields') && { renderedFields: renderedFieldsJson(view, fields, person, wire) }),
    ...(expand.has('names') && { names: describeFields(view, fields, ({ name }) => name) }),
    ...(expand.has('schema') && { schema: describeFields(view, fields, ({ schema }) => schema) }),
  };
}

export const issueSelf = (id: number, base: string): string => `${base}/rest/api/2/issue/${id}`;

function pick(fields: Record<string, unknown>, wanted: WantedFields): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const id in fields) if (wanted.has(id)) picked[id] = fields[id];
  return picked;
}

function fieldsJson(view: IssueView, person: PeopleJson, wire: Wire): Record<string, unknown> {
  const { issue, project, reference } = view;
  const { base } = wire;
  const fragments = referenceFragments(reference, base);
  const key = issueKey(project, issue);
  const together = view.subtasks.length === 0 ? issue : sumOfTimes([issue, ...view.subtasks]);
  const fields: Record<string, unknown> = {
    issuetype: fragments.issueTypes.get(issue.issueTypeId),
    ...(view.parent !== undefined && { parent: relatedJson(view.parent, project, fragments, base) }),
    timespent: issue.timeSpent,
    project: projectFragment(project, wire),
    fixVersions: [],
    aggregatetimespent: together.timeSpent,
    resolution: issue.resolutionId === null ? null : (fragments.resolutions.get(issue.resolutionId) ?? null),
    resolutiondate: issue.resolvedAt === null ? null : jiraTime(issue.resolvedAt),
    workratio: workRatio(issue),
    lastViewed: null,
    watches: {
      self: watchersSelf(key, base),
      watchCount: issue.watchCount,
      isWatching: issue.isWatching === 1,
    },
    created: jiraTime(issue.createdAt),
    priority: issue.priorityId === null ? null : (fragments.priorities.get(issue.priorityId) ?? null),
    labels: view.labels,
    timeestimate: issue.remainingEstimate,
    aggregatetimeoriginalestimate: together.originalEstimate,
    versions: [],
    issuelinks: view.links.map((linked) => linkedJson(linked, view, fragments, base)),
    assignee: person(issue.assigneeId) ?? null,
    updated: jiraTime(issue.updatedAt),
    status: fragments.statuses.get(issue.statusId),
    components: [],
    timeoriginalestimate: issue.originalEstimate,
    description: issue.description,
    timetracking: timeTrackingJson(issue),
    attachment: [],
    aggregatetimeestimate: together.remainingEstimate,
    summary: issue.summary,
    creator: person(issue.creatorId) ?? null,
    subtasks: view.subtasks.map((subtask) => relatedJson(subtask, project, fragments, base)),
    reporter: person(issue.reporterId) ?? null,
    aggregateprogress: progressJson(together),
    environment: issue.environment,
    duedate: issue.dueDate,
    progress: progressJson(issue),
    votes: { self: votesSelf(key, base), votes: issue.voteCount, hasVoted: issue.hasVoted === 1 },
    comment: {
      comments: view.comments.map((comment) => commentJson({ comment }, person, wire, nothing)),
      maxResults: view.comments.length,
      total: view.commentTotal,
      startAt: 0,
    },
    worklog: {
      startAt: 0,
      maxResults: worklogsInIssue,
      total: view.worklogTotal,
      worklogs: view.worklogs.map((worklog) => worklogJson(worklog, person, wire)),
    },
  };
  const custom = reference.customFields.all;
  if (custom.length > 0) addCustomFields(fields, view, custom, fragments, person);
  return fields;
}

const nothing: ReadonlySet<string> = new Set();

function addCustomFields(
  fields: Record<string, unknown>,
  { customValues }: IssueView,
  custom: readonly CustomField[],
  fragments: ReferenceFragments,
  person: PeopleJson,
): void {
  for (const { key } of custom) fields[key] = null;
  if (customValues.length === 0) return;
  const byField = Map.groupBy(customValues, ({ fieldId }) => fieldId);
  for (const field of custom) {
    const values = byField.get(field.id);
    if (values !== undefined) fields[field.key] = customValueJson(field, values, fragments, person);
  }
}

export const linkSelf = (id: number, base: string): string => `${base}/rest/api/2/issueLink/${id}`;

/** The source shows the destination as its outward issue, and the other way round. */
function linkedJson(
  { link, issue: other, project }: LinkedIssue,
  { issue, reference }: IssueView,
  fragments: ReferenceFragments,
  base: string,
) {
  const type = reference.linkTypes.byId(link.typeId);
  const end = relatedJson(other, project, fragments, base);
  return {
    id: String(link.id),
    self: linkSelf(link.id, base),
    ...(type && { type: linkTypeJson(type, base) }),
    ...(link.sourceId === issue.id ? { outwardIssue: end } : { inwardIssue: end }),
  };
}

export function relatedJson(
  related: RelatedIssue,
  project: Project,
  fragments: ReferenceFragments,
  base: string,
) {
  return {
    id: String(related.id),
    key: issueKey(project, related),
    self: issueSelf(related.id, base),
    fields: {
      summary: related.summary,
      status: fragments.statuses.get(related.statusId),
      priority: related.priorityId === null ? null : (fragments.priorities.get(related.priorityId) ?? null),
      issuetype: fragments.issueTypes.get(related.issueTypeId),
    },
  };
}

const projectFragments = new WeakMap<Project, { base: string; json: ProjectRefJson }>();

/** Projects are cached objects, so their JSON is kept beside them, for the base URL last used. */
function projectFragment(project: Project, wire: Wire): ProjectRefJson {
  const known = projectFragments.get(project);
  if (known !== undefined && known.base === wire.base) return known.json;
  const json = projectRefJson(project, wire);
  projectFragments.set(project, { base: wire.base, json });
  return json;
}

/** Texts as HTML; the fields that are no text are null, as Jira writes those it does not render. */
function renderedFieldsJson(
  { comments, reference }: IssueView,
  fields: Record<string, unknown>,
  person: PeopleJson,
  wire: Wire,
): Record<string, unknown> {
  const rendered: Record<string, unknown> = Object.fromEntries(Object.keys(fields).map((id) => [id, null]));
  const render = (id: string) => {
    const text = fields[id];
    if (typeof text === 'string') rendered[id] = renderedText(text);
  };
  render('description');
  render('environment');
  for (const field of reference.customFields.all) if (field.type.kind === 'textarea') render(field.key);
  if (fields.comment !== undefined) {
    rendered.comment = {
      ...fields.comment,
      comments: comments.map((comment) => ({
        ...commentJson({ comment }, person, wire, nothing),
        body: renderedText(comment.body),
      })),
    };
  }
  return rendered;
}

/** Of the fields that the answer holds: their names, or their schemas. */
function describeFields<T>(
  { reference }: IssueView,
  fields: Record<string, unknown>,
  describe: (field: { readonly name: string; readonly schema: unknown }) => T,
): Record<string, T> {
  const known = [
    ...systemFields.map(({ id, name, schema }) => ({ id, name, schema })),
    ...reference.customFields.all.map(({ key, name, schema }) => ({ id: key, name, schema })),
  ];
  return Object.fromEntries(
    known.filter(({ id }) => id in fields).map((field) => [field.id, describe(field)]),
  );
}
