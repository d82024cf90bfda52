/**
 * Jira's built-in permissions: keys, numeric ids and names are what clients and scripts know them by
 * (Cloud REST documentation, "Built-in permissions"). Id -1: added by Jira Software, which numbers none.
 */
export interface Permission {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly type: 'GLOBAL' | 'PROJECT';
  readonly description: string;
}

const globals = [
  [
    0,
    'ADMINISTER',
    'Administer Jira',
    'Create and administer projects, issue types, fields, workflows, and schemes for all projects.',
  ],
  [
    44,
    'SYSTEM_ADMIN',
    'Jira System Administrators',
    'Perform every administration task; implies Administer Jira.',
  ],
  [27, 'USER_PICKER', 'Browse Users', 'Look up and select people and groups.'],
  [22, 'CREATE_SHARED_OBJECTS', 'Create Shared Objects', 'Share filters and dashboards with others.'],
  [
    24,
    'MANAGE_GROUP_FILTER_SUBSCRIPTIONS',
    'Manage Group Filter Subscriptions',
    "Manage (create and delete) a group's filter subscriptions.",
  ],
  [33, 'BULK_CHANGE', 'Bulk Change', 'Change many issues in one step.'],
] as const;

const projects = [
  [23, 'ADMINISTER_PROJECTS', 'Administer Projects', 'Administer a project.'],
  [10, 'BROWSE_PROJECTS', 'Browse Projects', 'Browse projects and the issues within them.'],
  [-1, 'MANAGE_SPRINTS_PERMISSION', 'Manage Sprints', 'Create, start and complete sprints.'],
  [29, 'VIEW_DEV_TOOLS', 'View Development Tools', 'See information about development related to an issue.'],
  [45, 'VIEW_READONLY_WORKFLOW', 'View Read-Only Workflow', 'See a read-only picture of a workflow.'],
  [17, 'ASSIGNABLE_USER', 'Assignable User', 'Be assigned to issues.'],
  [13, 'ASSIGN_ISSUES', 'Assign Issues', 'Assign issues to other people.'],
  [18, 'CLOSE_ISSUES', 'Close Issues', 'Close issues.'],
  [11, 'CREATE_ISSUES', 'Create Issues', 'Create issues.'],
  [16, 'DELETE_ISSUES', 'Delete Issues', 'Delete issues.'],
  [12, 'EDIT_ISSUES', 'Edit Issues', 'Edit issues.'],
  [21, 'LINK_ISSUES', 'Link Issues', 'Link issues together.'],
  [30, 'MODIFY_REPORTER', 'Modify Reporter', "Change an issue's reporter when creating or editing it."],
  [25, 'MOVE_ISSUES', 'Move Issues', 'Move issues between projects, or between workflows of one project.'],
  [14, 'RESOLVE_ISSUES', 'Resolve Issues', 'Resolve and reopen issues, and set a fix version.'],
  [28, 'SCHEDULE_ISSUES', 'Schedule Issues', "View and edit an issue's due date."],
  [
    26,
    'SET_ISSUE_SECURITY',
    'Set Issue Security',
    'Set the level of security on an issue, so that only people in that level see it.',
  ],
  [46, 'TRANSITION_ISSUES', 'Transition Issues', 'Move issues from status to status.'],
  [32, 'MANAGE_WATCHERS', 'Manage Watchers', 'Manage the watchers of an issue.'],
  [
    31,
    'VIEW_VOTERS_AND_WATCHERS',
    'View Voters and Watchers',
    'See who voted for an issue and who watches it.',
  ],
  [15, 'ADD_COMMENTS', 'Add Comments', 'Comment on issues.'],
  [36, 'DELETE_ALL_COMMENTS', 'Delete All Comments', 'Delete any comment.'],
  [37, 'DELETE_OWN_COMMENTS', 'Delete Own Comments', 'Delete own comments.'],
  [34, 'EDIT_ALL_COMMENTS', 'Edit All Comments', 'Edit any comment.'],
  [35, 'EDIT_OWN_COMMENTS', 'Edit Own Comments', 'Edit own comments.'],
  [19, 'CREATE_ATTACHMENTS', 'Create Attachments', 'Attach files to issues.'],
  [38, 'DELETE_ALL_ATTACHMENTS', 'Delete All Attachments', 'Delete any attachment.'],
  [39, 'DELETE_OWN_ATTACHMENTS', 'Delete Own Attachments', 'Delete own attachments.'],
  [43, 'DELETE_ALL_WORKLOGS', 'Delete All Worklogs', 'Delete any worklog.'],
  [42, 'DELETE_OWN_WORKLOGS', 'Delete Own Worklogs', 'Delete own worklogs.'],
  [41, 'EDIT_ALL_WORKLOGS', 'Edit All Worklogs', 'Edit any worklog.'],
  [40, 'EDIT_OWN_WORKLOGS', 'Edit Own Worklogs', 'Edit own worklogs.'],
  [20, 'WORK_ON_ISSUES', 'Work On Issues', 'Log work done on an issue.'],
] as const;

/** Keys of before Jira 7; old clients still ask mypermissions for them by name. */
const renamed = {
  PROJECT_ADMIN: 'ADMINISTER_PROJECTS',
  BROWSE: 'BROWSE_PROJECTS',
  VIEW_VERSION_CONTROL: 'VIEW_DEV_TOOLS',
  VIEW_WORKFLOW_READONLY: 'VIEW_READONLY_WORKFLOW',
  ASSIGN_ISSUE: 'ASSIGN_ISSUES',
  CLOSE_ISSUE: 'CLOSE_ISSUES',
  CREATE_ISSUE: 'CREATE_ISSUES',
  DELETE_ISSUE: 'DELETE_ISSUES',
  EDIT_ISSUE: 'EDIT_ISSUES',
  LINK_ISSUE: 'LINK_ISSUES',
  MOVE_ISSUE: 'MOVE_ISSUES',
  RESOLVE_ISSUE: 'RESOLVE_ISSUES',
  SCHEDULE_ISSUE: 'SCHEDULE_ISSUES',
  TRANSITION_ISSUE: 'TRANSITION_ISSUES',
  MANAGE_WATCHER_LIST: 'MANAGE_WATCHERS',
  COMMENT_ISSUE: 'ADD_COMMENTS',
  COMMENT_DELETE_ALL: 'DELETE_ALL_COMMENTS',
  COMMENT_DELETE_OWN: 'DELETE_OWN_COMMENTS',
  COMMENT_EDIT_ALL: 'EDIT_ALL_COMMENTS',
  COMMENT_EDIT_OWN: 'EDIT_OWN_COMMENTS',
  CREATE_ATTACHMENT: 'CREATE_ATTACHMENTS',
  ATTACHMENT_DELETE_ALL: 'DELETE_ALL_ATTACHMENTS',
  ATTACHMENT_DELETE_OWN: 'DELETE_OWN_ATTACHMENTS',
  WORKLOG_DELETE_ALL: 'DELETE_ALL_WORKLOGS',
  WORKLOG_DELETE_OWN: 'DELETE_OWN_WORKLOGS',
  WORKLOG_EDIT_ALL: 'EDIT_ALL_WORKLOGS',
  WORKLOG_EDIT_OWN: 'EDIT_OWN_WORKLOGS',
  WORK_ISSUE: 'WORK_ON_ISSUES',
} as const satisfies Record<string, ProjectPermission>;

export type GlobalPermission = (typeof globals)[number][1];
export type ProjectPermission = (typeof projects)[number][1];
export type PermissionKey = GlobalPermission | ProjectPermission;

type Line = (typeof globals)[number] | (typeof projects)[number];
const declare =
  (type: Permission['type']) =>
  ([id, key, name, description]: Line): Permission => ({ id: String(id), key, name, type, description });

export const permissions: readonly Permission[] = [
  ...globals.map(declare('GLOBAL')),
  ...projects.map(declare('PROJECT')),
];

const byKey = new Map(permissions.map((permission) => [permission.key, permission]));

export const findPermission = (key: string): Permission | undefined => byKey.get(key);

/** Old key → the key that replaced it. */
export const deprecatedKeys: ReadonlyMap<string, ProjectPermission> = new Map(Object.entries(renamed));

const keysOfType = (type: Permission['type']) =>
  new Set(permissions.filter((permission) => permission.type === type).map(({ key }) => key));
const globalKeys = keysOfType('GLOBAL');
const projectKeys = keysOfType('PROJECT');

export const isGlobalPermission = (key: string): key is GlobalPermission => globalKeys.has(key);
export const isProjectPermission = (key: string): key is ProjectPermission => projectKeys.has(key);
