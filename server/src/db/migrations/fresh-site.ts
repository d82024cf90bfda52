import type { Db, HolderType, Tables } from '../tables.ts';

/**
 * What a fresh Jira Software site holds, under the names and, where clients rely on them, the ids it
 * has there. Ids below 10000 and those named here are fixed; everything later counts on from 10100.
 */

export const builtIn = {
  groups: { administrators: 10000, softwareUsers: 10001 },
  roles: { users: 10000, developers: 10001, administrators: 10002 },
  permissionSchemes: { default: 0 },
  issueTypeSchemes: { default: 10000 },
  workflowSchemes: { classic: 10000, simplified: 10001 },
} as const;

const issueTypes = [
  [
    10000,
    'Epic',
    'Created by Jira Software - do not edit or delete. Issue type for a big user story that needs to be broken down.',
    0,
    1,
  ],
  [10001, 'Story', 'Created by Jira Software - do not edit or delete. Issue type for a user story.', 0, 0],
  [10002, 'Task', 'A task that needs to be done.', 0, 0],
  [10004, 'Bug', 'A problem which impairs or prevents the functions of the product.', 0, 0],
  [10003, 'Sub-task', 'The sub-task of the issue', 1, -1],
] as const;

const statuses = [
  [10000, 'To Do', '', 2],
  [3, 'In Progress', 'This issue is being actively worked on at the moment by the assignee.', 4],
  [10001, 'Done', '', 3],
  [1, 'Open', 'The issue is open and ready for the assignee to start work on it.', 2],
  [4, 'Reopened', 'This issue was once resolved, but the resolution was deemed incorrect.', 2],
  [5, 'Resolved', 'A resolution has been taken, and it is awaiting verification by reporter.', 3],
  [6, 'Closed', 'The issue is considered finished, the resolution is correct.', 3],
] as const;

const priorities = [
  [1, 'Highest', 'This problem will block progress.', '#d04437'],
  [2, 'High', 'Serious problem that could block progress.', '#f15C75'],
  [3, 'Medium', 'Has the potential to affect progress.', '#f79232'],
  [4, 'Low', 'Minor problem or easily worked around.', '#707070'],
  [5, 'Lowest', 'Trivial problem with little or no impact on progress.', '#999999'],
] as const;

const resolutions = [
  [10000, 'Done', 'Work has been completed on this issue.'],
  [10001, "Won't Do", "This issue won't be actioned."],
  [10002, 'Duplicate', 'The problem is a duplicate of an existing issue.'],
  [10003, 'Cannot Reproduce', 'All attempts at reproducing this issue failed.'],
] as const;

const linkTypes = [
  [10000, 'Blocks', 'is blocked by', 'blocks'],
  [10001, 'Cloners', 'is cloned by', 'clones'],
  [10002, 'Duplicate', 'is duplicated by', 'duplicates'],
  [10003, 'Relates', 'relates to', 'relates to'],
] as const;

const roles = [
  [builtIn.roles.users, 'Users', 'A project role that represents users in a project'],
  [builtIn.roles.developers, 'Developers', 'A project role that represents developers in a project'],
  [
    builtIn.roles.administrators,
    'Administrators',
    'A project role that represents administrators in a project',
  ],
] as const;

/** Shape of a definition: workflows/workflow.ts. `from: []` means from any status. */
const workflows = [
  {
    id: 10000,
    name: 'jira',
    description: 'The default Jira workflow.',
    definition: {
      initialStatus: 1,
      statuses: [1, 3, 5, 4, 6],
      transitions: [
        { id: 4, name: 'Start Progress', from: [1, 4], to: 3 },
        { id: 5, name: 'Resolve Issue', from: [1, 3, 4], to: 5 },
        { id: 2, name: 'Close Issue', from: [1, 3, 4], to: 6 },
        { id: 301, name: 'Stop Progress', from: [3], to: 1 },
        { id: 701, name: 'Close Issue', from: [5], to: 6 },
        { id: 3, name: 'Reopen Issue', from: [5, 6], to: 4 },
      ],
    },
  },
  {
    id: 10001,
    name: 'Software Simplified Workflow',
    description: 'The workflow of new software projects: any status from any status.',
    definition: {
      initialStatus: 10000,
      statuses: [10000, 3, 10001],
      transitions: [
        { id: 11, name: 'To Do', from: [], to: 10000 },
        { id: 21, name: 'In Progress', from: [], to: 3 },
        { id: 31, name: 'Done', from: [], to: 10001 },
      ],
    },
  },
];

/** Who holds what in the Default Permission Scheme. */
const defaultGrants: Record<string, readonly [HolderType, number | null][]> = {
  ADMINISTER_PROJECTS: [['projectRole', builtIn.roles.administrators]],
  ...Object.fromEntries(
    [
      'BROWSE_PROJECTS',
      'VIEW_READONLY_WORKFLOW',
      'ASSIGN_ISSUES',
      'ASSIGNABLE_USER',
      'CLOSE_ISSUES',
      'CREATE_ISSUES',
      'EDIT_ISSUES',
      'LINK_ISSUES',
      'MOVE_ISSUES',
      'RESOLVE_ISSUES',
      'SCHEDULE_ISSUES',
      'TRANSITION_ISSUES',
      'ADD_COMMENTS',
      'EDIT_OWN_COMMENTS',
      'DELETE_OWN_COMMENTS',
      'CREATE_ATTACHMENTS',
      'DELETE_OWN_ATTACHMENTS',
      'WORK_ON_ISSUES',
      'EDIT_OWN_WORKLOGS',
      'DELETE_OWN_WORKLOGS',
    ].map((permission) => [permission, [['loggedIn', null] as [HolderType, number | null]]]),
  ),
  ...Object.fromEntries(
    [
      'DELETE_ISSUES',
      'MODIFY_REPORTER',
      'SET_ISSUE_SECURITY',
      'MANAGE_WATCHERS',
      'VIEW_VOTERS_AND_WATCHERS',
      'EDIT_ALL_COMMENTS',
      'DELETE_ALL_COMMENTS',
      'DELETE_ALL_ATTACHMENTS',
      'EDIT_ALL_WORKLOGS',
      'DELETE_ALL_WORKLOGS',
      'MANAGE_SPRINTS_PERMISSION',
    ].map((permission) => [
      permission,
      [['projectRole', builtIn.roles.administrators] as [HolderType, number]],
    ]),
  ),
};

async function insertAll<T extends keyof Tables>(db: Db, table: T, rows: readonly object[]): Promise<void> {
  // The rows are literals of this file; Kysely cannot relate a generic table to them.
  await db
    .insertInto(table)
    .values(rows as never)
    .execute();
}

export async function seedFreshSite(db: Db): Promise<void> {
  await insertAll(db, 'config_revision', [{ id: 1, revision: 1 }]);
  await insertAll(db, 'groups', [
    { id: builtIn.groups.administrators, name: 'jira-administrators', name_folded: 'jira-administrators' },
    { id: builtIn.groups.softwareUsers, name: 'jira-software-users', name_folded: 'jira-software-users' },
  ]);
  const { administrators, softwareUsers } = builtIn.groups;
  await insertAll(
    db,
    'global_permissions',
    [
      ['ADMINISTER', administrators],
      ['SYSTEM_ADMIN', administrators],
      ['BULK_CHANGE', softwareUsers],
      ['CREATE_SHARED_OBJECTS', softwareUsers],
      ['MANAGE_GROUP_FILTER_SUBSCRIPTIONS', softwareUsers],
      ['USER_PICKER', softwareUsers],
      ['BULK_CHANGE', administrators],
      ['CREATE_SHARED_OBJECTS', administrators],
      ['MANAGE_GROUP_FILTER_SUBSCRIPTIONS', administrators],
      ['USER_PICKER', administrators],
    ].map(([permission, group_id]) => ({ permission, holder_type: 'group', group_id })),
  );
  await insertAll(
    db,
    'project_roles',
    roles.map(([id, name, description]) => ({ id, name, name_folded: name.toLowerCase(), description })),
  );
  await insertAll(db, 'permission_schemes', [
    {
      id: builtIn.permissionSchemes.default,
      name: 'Default Permission Scheme',
      name_folded: 'default permission scheme',
      description:
        'This is the default Permission Scheme. Any new projects that are created will be assigned this scheme.',
    },
  ]);
  await insertAll(
    db,
    'permission_grants',
    Object.entries(defaultGrants).flatMap(([permission, holders]) =>
      holders.map(([holder_type, holder_id]) => ({
        scheme_id: builtIn.permissionSchemes.default,
        permission,
        holder_type,
        holder_id,
      })),
    ),
  );
  await insertAll(
    db,
    'issue_types',
    issueTypes.map(([id, name, description, subtask, hierarchy_level], position) => ({
      id,
      name,
      description,
      subtask,
      hierarchy_level,
      position,
    })),
  );
  await insertAll(db, 'issue_type_schemes', [
    {
      id: builtIn.issueTypeSchemes.default,
      name: 'Default Issue Type Scheme',
      description:
        'Default issue type scheme is the list of global issue types. All newly created issue types will automatically be added to this scheme.',
      default_issue_type_id: 10002,
    },
  ]);
  await insertAll(
    db,
    'issue_type_scheme_items',
    issueTypes.map(([issue_type_id], position) => ({
      scheme_id: builtIn.issueTypeSchemes.default,
      issue_type_id,
      position,
    })),
  );
  await insertAll(
    db,
    'statuses',
    statuses.map(([id, name, description, category_id], position) => ({
      id,
      name,
      description,
      category_id,
      position,
    })),
  );
  await insertAll(
    db,
    'priorities',
    priorities.map(([id, name, description, color], position) => ({
      id,
      name,
      description,
      color,
      position,
    })),
  );
  await insertAll(
    db,
    'resolutions',
    resolutions.map(([id, name, description], position) => ({ id, name, description, position })),
  );
  await insertAll(
    db,
    'workflows',
    workflows.map((workflow) => ({ ...workflow, definition: JSON.stringify(workflow.definition) })),
  );
  await insertAll(db, 'workflow_schemes', [
    {
      id: builtIn.workflowSchemes.classic,
      name: 'classic',
      description: 'The default Jira workflow for all issue types.',
      default_workflow_id: 10000,
    },
    {
      id: builtIn.workflowSchemes.simplified,
      name: 'Software Simplified Workflow Scheme',
      description: 'The workflow scheme of new software projects.',
      default_workflow_id: 10001,
    },
  ]);
  await insertAll(
    db,
    'issue_link_types',
    linkTypes.map(([id, name, inward, outward]) => ({ id, name, inward, outward })),
  );
}
