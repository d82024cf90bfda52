import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { type Ask, ask, type Reply } from '../support/client.ts';
import type { RunningServer } from '../support/server.ts';
import { type Account, addAccount } from '../support/world.ts';

/** One caller of the REST API; without an account: anonymous. */
export interface Caller {
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown): Promise<Reply>;
  put(path: string, body?: unknown): Promise<Reply>;
  delete(path: string): Promise<Reply>;
}

export function caller(server: RunningServer, account?: Account): Caller {
  const call = (method: string) => (path: string, body?: unknown) => {
    const options: Ask = { headers: account?.auth ?? {}, ...(body === undefined ? {} : { body }) };
    const url = path.startsWith('/secure/') ? path : `/rest/api/2${path}`;
    return ask(method, `${server.url}${url}`, options);
  };
  return { get: call('GET'), post: call('POST'), put: call('PUT'), delete: call('DELETE') };
}

/** The answer's body; a refusal fails the test at this place. */
export async function ok(reply: Promise<Reply>): Promise<any> {
  const { status, text, body } = await reply;
  if (status >= 300) throw new Error(`${status} ${text}`);
  return body;
}

/** An administrator, two members of jira-software-users, and somebody in no group at all. */
export async function createCast(server: RunningServer) {
  const { administrators, softwareUsers } = builtIn.groups;
  const admin = await addAccount(server, 'admin', { groups: [administrators, softwareUsers] });
  const fred = await addAccount(server, 'fred', { groups: [softwareUsers] });
  const wilma = await addAccount(server, 'wilma', { groups: [softwareUsers] });
  const stranger = await addAccount(server, 'stranger');
  return {
    accounts: { admin, fred, wilma, stranger },
    admin: caller(server, admin),
    fred: caller(server, fred),
    wilma: caller(server, wilma),
    stranger: caller(server, stranger),
    anonymous: caller(server),
  };
}

export type Cast = Awaited<ReturnType<typeof createCast>>;

export interface HolderInput {
  readonly type: string;
  readonly parameter?: string;
}

/** A project whose scheme has exactly these grants; its lead is admin. */
export async function addProject(
  { admin }: Cast,
  key: string,
  grants: Readonly<Record<string, readonly HolderInput[]>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ id: number; schemeId: number }> {
  const scheme = await ok(
    admin.post('/permissionscheme', {
      name: `Scheme of ${key}`,
      permissions: Object.entries(grants).flatMap(([permission, holders]) =>
        holders.map((holder) => ({ permission, holder })),
      ),
    }),
  );
  const project = await ok(
    admin.post('/project', {
      key,
      name: `Project ${key}`,
      projectTypeKey: 'software',
      lead: 'admin',
      permissionScheme: scheme.id,
      ...more,
    }),
  );
  return { id: project.id, schemeId: scheme.id };
}

/** An issue straight in the database: these tests are about permissions, not about creating issues. */
export async function insertIssue(
  { app }: RunningServer,
  projectId: number,
  people: { reporter?: number; assignee?: number } = {},
): Promise<number> {
  const { db, clock } = app.site;
  const { number } = await db
    .updateTable('projects')
    .set((eb) => ({ last_issue_number: eb('last_issue_number', '+', 1) }))
    .where('id', '=', projectId)
    .returning('last_issue_number as number')
    .executeTakeFirstOrThrow();
  const { id } = await db
    .insertInto('issues')
    .values({
      project_id: projectId,
      number,
      issue_type_id: 10002,
      summary: `Number ${number}`,
      status_id: 10000,
      reporter_id: people.reporter ?? null,
      assignee_id: people.assignee ?? null,
      created_at: clock.now(),
      updated_at: clock.now(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
