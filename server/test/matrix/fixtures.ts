import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { ask, basic } from '../support/client.ts';
import type { RunningServer } from '../support/server.ts';
import { type Account, addAccount, addIssue, type World } from '../support/world.ts';

/**
 * Things made anew for one request, so that a request which changes or removes something does not decide
 * what the next caller gets. Everything belongs to the private project QA unless it belongs to the site.
 */
export interface Fixtures {
  /** Who makes the request now; null: nobody. */
  readonly caller: Account | null;
  issue(): Promise<string>;
  /** A comment on QA-1 by fred. */
  comment(): Promise<string>;
  /** A worklog on QA-1 by fred. */
  worklog(): Promise<string>;
  /** Between a new issue of QA and QA-1. */
  link(): Promise<string>;
  property(): Promise<string>;
  project(): Promise<string>;
  user(): Promise<string>;
  /** Of a new account. */
  accountId(): Promise<string>;
  group(): Promise<string>;
  member(): Promise<{ group: string; user: string }>;
  role(): Promise<string>;
  scheme(): Promise<string>;
  grant(): Promise<{ scheme: string; grant: string }>;
  /** A token of the caller; without a caller, of nobody. */
  token(): Promise<string>;
  /** A service account that fred answers for, and a token of it. */
  service(): Promise<{ account: string; token: string }>;
  option(): Promise<{ field: string; context: string; option: string }>;
  name(): string;
}

export function fixtures(server: RunningServer, { admin, fred }: World, caller: Account | null): Fixtures {
  const must = async (method: string, path: string, body?: unknown, headers = admin.auth) => {
    const reply = await ask(method, `${server.url}/rest/${path}`, { headers, body });
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.body;
  };
  const name = () => `x${++made}`;
  const group = async () => (await must('POST', 'api/2/group', { name: name() })).name;
  const user = async () => (await addAccount(server, name())).name;
  const scheme = async () => String((await must('POST', 'api/2/permissionscheme', { name: name() })).id);
  const issue = async () => (await addIssue(server, admin, 'QA', 'made for one request')).key;
  return {
    caller,
    name,
    issue,
    comment: async () => (await must('POST', 'api/2/issue/QA-1/comment', { body: 'x' }, fred.auth)).id,
    worklog: async () => (await must('POST', 'api/2/issue/QA-1/worklog', { timeSpent: '1h' }, fred.auth)).id,
    async link() {
      const key = await issue();
      await must('POST', 'api/2/issueLink', {
        type: { name: 'Blocks' },
        inwardIssue: { key },
        outwardIssue: { key: 'QA-1' },
      });
      return (await must('GET', `api/2/issue/${key}`)).fields.issuelinks[0].id;
    },
    async property() {
      const key = name();
      await must('PUT', `api/2/issue/QA-1/properties/${key}`, { a: 1 });
      return key;
    },
    async project() {
      const key = `P${name().toUpperCase()}`;
      await must('POST', 'api/2/project', { key, name: key, projectTypeKey: 'software', lead: 'admin' });
      const { id } = await must('GET', 'api/2/project/QA/permissionscheme');
      await must('PUT', `api/2/project/${key}/permissionscheme`, { id });
      await must('POST', `api/2/project/${key}/role/${builtIn.roles.users}`, { user: ['fred'] });
      return key;
    },
    user,
    accountId: async () => (await addAccount(server, name())).user.accountId,
    group,
    async member() {
      const made = { group: await group(), user: await user() };
      await must('POST', `api/2/group/user?groupname=${made.group}`, { name: made.user });
      return made;
    },
    role: async () => String((await must('POST', 'api/2/role', { name: name() })).id),
    scheme,
    async grant() {
      const id = await scheme();
      const grant = await must('POST', `api/2/permissionscheme/${id}/permission`, {
        holder: { type: 'anyone' },
        permission: 'BROWSE_PROJECTS',
      });
      return { scheme: id, grant: String(grant.id) };
    },
    async token() {
      if (caller === null) return '1';
      const headers = basic(caller.name, caller.password);
      return String((await must('POST', 'pat/latest/tokens', { name: name() }, headers)).id);
    },
    async service() {
      const account = await must('POST', 'tessera/1/service-accounts', { name: name(), owner: 'fred' });
      const path = `tessera/1/service-accounts/${account.accountId}/tokens`;
      const token = await must('POST', path, { name: name() }, basic('fred', 'fred'));
      return { account: account.accountId, token: String(token.id) };
    },
    async option() {
      const field = await must('POST', 'api/2/field', {
        name: name(),
        type: 'com.atlassian.jira.plugin.system.customfieldtypes:select',
      });
      const { values } = await must('GET', `api/2/field/${field.id}/context`);
      const context = values[0].id;
      const { options } = await must('POST', `api/2/field/${field.id}/context/${context}/option`, {
        options: [{ value: 'one' }],
      });
      return { field: field.id, context, option: options[0].id };
    },
  };
}

let made = 0;
