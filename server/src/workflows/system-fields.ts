import type { FieldSchema } from './field-schema.ts';

/** A field that every site has. */
export interface SystemField {
  readonly id: string;
  readonly name: string;
  /** May be put on screens. */
  readonly orderable: boolean;
  /** May be a column of an issue list; `fields=*navigable` asks for these. */
  readonly navigable: boolean;
  readonly searchable: boolean;
  /** What JQL calls it. */
  readonly clauseNames: readonly string[];
  /** Absent for the columns that hold no value of an issue. */
  readonly schema: FieldSchema | undefined;
}

type Flags = string;

/** Flags: o orderable, n navigable, s searchable. */
function declare(
  id: string,
  name: string,
  flags: Flags,
  clauseNames: readonly string[],
  type?: string,
  items?: string,
): SystemField {
  return {
    id,
    name,
    orderable: flags.includes('o'),
    navigable: flags.includes('n'),
    searchable: flags.includes('s'),
    clauseNames,
    schema: type === undefined ? undefined : { type, ...(items !== undefined && { items }), system: id },
  };
}

/** In the order of an issue's JSON; names, flags and clause names as GET /field of a fresh Jira has them. */
export const systemFields: readonly SystemField[] = [
  declare('issuetype', 'Issue Type', 'ons', ['issuetype', 'type'], 'issuetype'),
  declare('parent', 'Parent', 'n', ['parent']),
  declare('timespent', 'Time Spent', 'n', ['timespent'], 'number'),
  declare('project', 'Project', 'ns', ['project'], 'project'),
  declare('fixVersions', 'Fix Version/s', 'ons', ['fixVersion'], 'array', 'version'),
  declare('aggregatetimespent', 'Σ Time Spent', 'n', [], 'number'),
  declare('resolution', 'Resolution', 'ons', ['resolution'], 'resolution'),
  declare('resolutiondate', 'Resolved', 'ns', ['resolutiondate', 'resolved'], 'datetime'),
  declare('workratio', 'Work Ratio', 'ns', ['workratio'], 'number'),
  declare('lastViewed', 'Last Viewed', 'ns', ['lastViewed'], 'datetime'),
  declare('watches', 'Watchers', 'ns', ['watchers'], 'watches'),
  declare('created', 'Created', 'ns', ['created', 'createdDate'], 'datetime'),
  declare('priority', 'Priority', 'ons', ['priority'], 'priority'),
  declare('labels', 'Labels', 'ons', ['labels'], 'array', 'string'),
  declare('timeestimate', 'Remaining Estimate', 'n', ['remainingEstimate', 'timeestimate'], 'number'),
  declare('aggregatetimeoriginalestimate', 'Σ Original Estimate', 'n', [], 'number'),
  declare('versions', 'Affects Version/s', 'ons', ['affectedVersion'], 'array', 'version'),
  declare('issuelinks', 'Linked Issues', 'ons', ['issueLink'], 'array', 'issuelinks'),
  declare('assignee', 'Assignee', 'ons', ['assignee'], 'user'),
  declare('updated', 'Updated', 'ns', ['updated', 'updatedDate'], 'datetime'),
  declare('status', 'Status', 'ns', ['status'], 'status'),
  declare('components', 'Component/s', 'ons', ['component'], 'array', 'component'),
  declare('issuekey', 'Key', 'n', ['id', 'issue', 'issuekey', 'key']),
  declare(
    'timeoriginalestimate',
    'Original Estimate',
    'n',
    ['originalEstimate', 'timeoriginalestimate'],
    'number',
  ),
  declare('description', 'Description', 'ons', ['description'], 'string'),
  declare('timetracking', 'Time Tracking', 'o', [], 'timetracking'),
  declare('attachment', 'Attachment', 'os', ['attachments'], 'array', 'attachment'),
  declare('aggregatetimeestimate', 'Σ Remaining Estimate', 'n', [], 'number'),
  declare('summary', 'Summary', 'ons', ['summary'], 'string'),
  declare('creator', 'Creator', 'ns', ['creator'], 'user'),
  declare('subtasks', 'Sub-Tasks', 'n', ['subtasks'], 'array', 'issuelinks'),
  declare('reporter', 'Reporter', 'ons', ['reporter'], 'user'),
  declare('aggregateprogress', 'Σ Progress', 'n', [], 'progress'),
  declare('environment', 'Environment', 'ons', ['environment'], 'string'),
  declare('duedate', 'Due Date', 'ons', ['due', 'duedate'], 'date'),
  declare('progress', 'Progress', 'n', ['progress'], 'progress'),
  declare('votes', 'Votes', 'ns', ['votes'], 'votes'),
  declare('comment', 'Comment', 'os', ['comment'], 'comments-page'),
  declare('worklog', 'Log Work', 'os', [], 'array', 'worklog'),
  declare('thumbnail', 'Images', 'n', []),
];

const byId = new Map(systemFields.map((field) => [field.id, field]));

export const findSystemField = (id: string): SystemField | undefined => byId.get(id);
