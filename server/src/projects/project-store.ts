import type { Db } from '../db/tables.ts';
import { fold } from '../lib/fold.ts';
import { recordDeletedWorklogs } from './deleted-worklogs.ts';
import type { Project } from './project-cache.ts';

export async function listProjects(db: Db): Promise<Project[]> {
  const rows = await db
    .selectFrom('projects')
    .select([
      'id',
      'key',
      'name',
      'description',
      'url',
      'lead_user_id',
      'type_key',
      'assignee_type',
      'permission_scheme_id',
      'issue_type_scheme_id',
      'workflow_scheme_id',
      'created_at',
    ])
    .execute();
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    url: row.url,
    leadUserId: row.lead_user_id,
    typeKey: row.type_key,
    assigneeType: row.assignee_type,
    permissionSchemeId: row.permission_scheme_id,
    issueTypeSchemeId: row.issue_type_scheme_id,
    workflowSchemeId: row.workflow_scheme_id,
    createdAt: row.created_at,
  }));
}

export type ProjectColumns = Omit<Project, 'id' | 'createdAt'>;

const columnsOf = (project: ProjectColumns) => ({
  key: project.key,
  name: project.name,
  name_folded: fold(project.name),
  description: project.description,
  url: project.url,
  lead_user_id: project.leadUserId,
  type_key: project.typeKey,
  assignee_type: project.assigneeType,
  permission_scheme_id: project.permissionSchemeId,
  issue_type_scheme_id: project.issueTypeSchemeId,
  workflow_scheme_id: project.workflowSchemeId,
});

/** What an edit may change; undefined stays as it is. */
export type ProjectChanges = {
  readonly [K in keyof ProjectColumns]?: ProjectColumns[K] | undefined;
};

export async function insertProject(trx: Db, project: ProjectColumns, at: number): Promise<number> {
  const { id } = await trx
    .insertInto('projects')
    .values({ ...columnsOf(project), last_issue_number: 0, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Only the columns that change, so that two edits of different fields both count. */
export async function updateProject(trx: Db, id: number, changes: ProjectChanges): Promise<void> {
  const columns = Object.entries({
    name: changes.name,
    name_folded: changes.name === undefined ? undefined : fold(changes.name),
    description: changes.description,
    url: changes.url,
    lead_user_id: changes.leadUserId,
    type_key: changes.typeKey,
    assignee_type: changes.assigneeType,
    permission_scheme_id: changes.permissionSchemeId,
  }).filter(([, value]) => value !== undefined);
  if (columns.length === 0) return;
  await trx.updateTable('projects').set(Object.fromEntries(columns)).where('id', '=', id).execute();
}

/** What hangs on issues by foreign key goes with them; properties name their owner without one. */
export async function deleteProject(trx: Db, id: number, at: number): Promise<void> {
  // Issues that are being made in it are waited for, and later ones wait and find no project.
  await trx
    .updateTable('projects')
    .set((eb) => ({ last_issue_number: eb.ref('last_issue_number') }))
    .where('id', '=', id)
    .execute();
  const issues = trx.selectFrom('issues').select('issues.id').where('project_id', '=', id);
  const comments = trx.selectFrom('comments').select('comments.id').where('issue_id', 'in', issues);
  for (const [type, owners] of [
    ['comment', comments],
    ['issue', issues],
  ] as const) {
    await trx
      .deleteFrom('entity_properties')
      .where('entity_type', '=', type)
      .where('entity_id', 'in', owners)
      .execute();
  }
  await trx
    .deleteFrom('entity_properties')
    .where('entity_type', '=', 'project')
    .where('entity_id', '=', id)
    .execute();
  await recordDeletedWorklogs(trx, issues, at);
  await trx.deleteFrom('issues').where('project_id', '=', id).execute();
  await trx.deleteFrom('projects').where('id', '=', id).execute();
}
