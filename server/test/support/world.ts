import { randomUUID } from 'node:crypto';
import { mintTokenFor } from '../../src/auth/api-tokens/api-tokens.ts';
import { hashPassword } from '../../src/auth/passwords/passwords.ts';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { bumpRevision } from '../../src/db/revision.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { addUser } from '../../src/users/new-user.ts';
import type { User } from '../../src/users/user.ts';
import { ask, basic } from './client.ts';
import type { RunningServer } from './server.ts';

export interface Account {
  readonly user: User;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  /** Basic header with e-mail and token. */
  readonly auth: Record<string, string>;
}

/** An account with a token; its password may be anything, as in a demonstration. */
export async function addAccount(
  { app }: RunningServer,
  name: string,
  { password = name, groups = [] as number[], email = `${name}@example.com` } = {},
): Promise<Account> {
  const { site } = app;
  const user = await addUser(site.db, site.clock, {
    name,
    email,
    displayName: `${name[0]!.toUpperCase()}${name.slice(1)}`,
    accountId: randomUUID(),
    passwordHash: await hashPassword(site.config, password),
    timeZone: 'UTC',
    locale: 'en_US',
  });
  await inTransaction(site.db, async (trx) => {
    for (const group_id of groups) {
      await trx.insertInto('group_members').values({ group_id, user_id: user.id }).execute();
    }
    await bumpRevision(trx);
  });
  const { secret } = await mintTokenFor(site, user.id, { label: 'T1', days: 30 });
  return { user, name, email, password, token: secret, auth: basic(email, secret) };
}

export interface World {
  readonly admin: Account;
  /** Browses and edits QA and PUB. */
  readonly fred: Account;
  /** Nothing but what anybody signed in may do: PUB. */
  readonly wilma: Account;
}

/**
 * The cast of the conformance cases: project QA is private to its Users role (fred) and has QA-1 to
 * QA-`issues`; PUB may be browsed by anyone and has PUB-1.
 */
export async function createWorld(server: RunningServer, { issues = 31 } = {}): Promise<World> {
  const { administrators, softwareUsers } = builtIn.groups;
  const admin = await addAccount(server, 'admin', { groups: [administrators, softwareUsers] });
  const fred = await addAccount(server, 'fred', { groups: [softwareUsers] });
  const wilma = await addAccount(server, 'wilma', { groups: [softwareUsers] });
  const api = `${server.url}/rest/api/2`;
  const must = async (method: string, path: string, body?: unknown) => {
    const reply = await ask(method, `${api}${path}`, { headers: admin.auth, body });
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.body;
  };
  const member = { type: 'projectRole', parameter: String(builtIn.roles.users) };
  const work = [
    'BROWSE_PROJECTS',
    'CREATE_ISSUES',
    'EDIT_ISSUES',
    'ASSIGN_ISSUES',
    'ASSIGNABLE_USER',
    'ADD_COMMENTS',
  ];
  const more = ['TRANSITION_ISSUES', 'DELETE_ISSUES', 'SCHEDULE_ISSUES', 'RESOLVE_ISSUES', 'CLOSE_ISSUES'];
  const comments = ['EDIT_OWN_COMMENTS', 'DELETE_OWN_COMMENTS', 'MODIFY_REPORTER'];
  const administrate = {
    holder: { type: 'projectRole', parameter: String(builtIn.roles.administrators) },
    permission: 'ADMINISTER_PROJECTS',
  };
  const worklogs = ['WORK_ON_ISSUES', 'EDIT_OWN_WORKLOGS', 'DELETE_OWN_WORKLOGS', 'LINK_ISSUES'];
  const all = [...work, ...more, ...comments, ...worklogs];
  const administratorsToo = { type: 'projectRole', parameter: String(builtIn.roles.administrators) };
  const secret = await must('POST', '/permissionscheme', {
    name: 'Private',
    permissions: [
      ...all.flatMap((permission) => [
        { holder: member, permission },
        { holder: administratorsToo, permission },
      ]),
      administrate,
    ],
  });
  const open = await must('POST', '/permissionscheme', {
    name: 'Public',
    permissions: [
      { holder: { type: 'anyone' }, permission: 'BROWSE_PROJECTS' },
      ...all
        .filter((p) => p !== 'BROWSE_PROJECTS')
        .map((permission) => ({ holder: { type: 'applicationRole' }, permission })),
      administrate,
    ],
  });
  for (const [key, scheme] of [
    ['QA', secret],
    ['PUB', open],
  ] as const) {
    await must('POST', '/project', {
      key,
      name: `Project ${key}`,
      projectTypeKey: 'software',
      lead: 'admin',
      permissionScheme: scheme.id,
    });
  }
  await must('POST', `/project/QA/role/${builtIn.roles.users}`, { user: ['fred'] });
  for (let n = 1; n <= issues; n++) await addIssue(server, admin, 'QA', `Private matter ${n}`);
  await addIssue(server, admin, 'PUB', 'Known to all');
  return { admin, fred, wilma };
}

export async function addIssue(
  { url }: RunningServer,
  by: Account,
  project: string,
  summary: string,
  fields: Record<string, unknown> = {},
): Promise<{ id: string; key: string; self: string }> {
  const reply = await ask('POST', `${url}/rest/api/2/issue`, {
    headers: by.auth,
    body: { fields: { project: { key: project }, issuetype: { name: 'Task' }, summary, ...fields } },
  });
  if (reply.status !== 201) throw new Error(`creating an issue: ${reply.status} ${reply.text}`);
  return reply.body;
}
