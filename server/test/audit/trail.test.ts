import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { cells } from '../matrix/cells.ts';
import { fixtures } from '../matrix/fixtures.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';
import { recordsOf, webSession } from './trail.ts';

/** Changes that are not the audit log's: work on issues has its own history, and these change nothing here. */
const unaudited: Record<string, string> = {
  revokeLeakedTokens: 'tokens/leaks.test.ts: those of the matrix are of nobody, so nothing changes',
  createIssue: 'work',
  createIssues: 'work',
  editIssue: 'work',
  deleteIssue: 'work',
  assignIssue: 'work',
  doTransition: 'work',
  addComment: 'work',
  linkIssues: 'work',
  deleteIssueLink: 'work',
  addWorklog: 'work',
  updateWorklog: 'work',
  deleteWorklog: 'work',
  addWatcher: 'work',
  removeWatcher: 'work',
  addVote: 'work',
  removeVote: 'work',
  updateComment: 'work',
  deleteComment: 'work',
  setIssueProperty: 'work',
  deleteIssueProperty: 'work',
  searchForIssuesUsingJqlPost: 'reads',
  searchAndReconcileIssuesUsingJqlPost: 'reads',
  getIsWatchingIssueBulk: 'reads',
  getWorklogsForIds: 'reads',
  countIssues: 'reads',
  getAutoCompletePost: 'reads',
  parseJqlQueries: 'reads',
  matchIssues: 'reads',
  sanitiseJqlQueries: 'reads',
  policyCheckCreateUser: 'reads',
  policyCheckUpdateUser: 'reads',
  endWebSession: 'called without a session',
  logout: 'called without a session',
  clearLocks: 'called without a lock',
};

describe.each(engines)('the audit trail on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}/rest/${path}`;
  const as = (headers: Record<string, string>) => (method: string, path: string, body?: unknown) =>
    ask(method, at(path), { headers: { 'User-Agent': 'trail/1.0', ...headers }, body });
  const asAdmin = (method: string, path: string, body?: unknown) => as(world.admin.auth)(method, path, body);
  const must = async (reply: Promise<Reply> | Reply): Promise<Reply> => {
    const got = await reply;
    if (got.status >= 300) throw new Error(`${got.status} ${got.text}`);
    return got;
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  const adminToken = async () => {
    const tokens = await asAdmin('GET', 'pat/latest/tokens');
    return Number(tokens.body[0].id);
  };

  describe('C4: who, what, from where, by which credential, with which outcome', () => {
    const signIn = (username: string, password: string) =>
      as({})('POST', 'auth/1/session', { username, password });
    const refusedSignIns: [string, () => Promise<Reply>, object][] = [
      [
        'Basic',
        () => as(basic('fred', 'wrong'))('GET', 'api/2/myself'),
        { actor_name: 'fred', via: 'basic' },
      ],
      [
        'Bearer',
        () => as(bearer('no-such-token'))('GET', 'api/2/myself'),
        { actor_name: null, via: 'bearer' },
      ],
      ['the REST session', () => signIn('fred', 'wrong'), { actor_name: 'fred', via: 'session' }],
      [
        'the web page',
        () => as({})('POST', 'tessera/1/session', { username: 'fred', password: 'wrong' }),
        { actor_name: 'fred', via: 'form' },
      ],
    ];
    test.each(refusedSignIns)('a failed sign-in by %s', async (_, make, expected) => {
      const reply = await make();
      expect(reply.status).toBe(401);
      const [record] = await recordsOf(server.current, reply);
      expect(record).toMatchObject({
        event: 'sign-in.failed',
        outcome: 'refused',
        at: server.current.clock.now(),
        actor_user_id: null,
        address: '127.0.0.1',
        user_agent: 'trail/1.0',
        ...expected,
      });
      const concerned = record!.actor_name === 'fred' ? world.fred.user.id : null;
      expect(record!.subject_id).toBe(concerned);
    });

    test('sign-ins, sign-outs and locks', async () => {
      const opened = await must(signIn('fred', 'fred'));
      const [ok] = await recordsOf(server.current, opened);
      expect(ok).toMatchObject({
        event: 'sign-in.ok',
        outcome: 'ok',
        actor_name: 'fred',
        actor_user_id: world.fred.user.id,
        via: 'session',
        user_agent: 'trail/1.0',
      });
      const cookie = { Cookie: `JSESSIONID=${opened.body.session.value}` };
      const [out] = await recordsOf(server.current, await must(as(cookie)('DELETE', 'auth/1/session')));
      expect(out).toMatchObject({ event: 'sign-out', actor_user_id: world.fred.user.id, via: 'session' });
      expect(out!.credential_id).toBe(ok!.subject_id);

      await signIn('wilma', 'wrong');
      await signIn('wilma', 'wrong');
      const third = await signIn('wilma', 'wrong');
      expect((await recordsOf(server.current, third)).map(({ event }) => event)).toEqual([
        'sign-in.failed',
        'lock.set',
      ]);
      const lifted = await must(asAdmin('DELETE', 'tessera/1/locks?username=wilma'));
      expect((await recordsOf(server.current, lifted))[0]).toMatchObject({
        event: 'lock.lifted',
        actor_name: 'admin',
        subject_id: world.wilma.user.id,
      });
    });

    test('every change by an administrator', async () => {
      const named = async (reply: Reply, event: string, subject: string | null) => {
        expect([reply.status < 300, reply.text]).toEqual([true, expect.anything()]);
        const records = await recordsOf(server.current, reply);
        expect(records.map((record) => [record.event, record.subject])).toContainEqual([event, subject]);
        expect(records.every((record) => record.actor_user_id === world.admin.user.id)).toBe(true);
        expect(records.every((record) => record.credential_id === tokenId)).toBe(true);
        expect(records.every((record) => record.via === 'api-token')).toBe(true);
        return records[0]!;
      };
      const tokenId = await adminToken();

      const newcomer = { name: 'carol', emailAddress: 'carol@example.com', displayName: 'Carol' };
      await named(await asAdmin('POST', 'api/2/user', newcomer), 'user.created', 'carol');
      const renamed = await asAdmin('PUT', 'api/2/user?username=carol', { displayName: 'Caroline' });
      expect(JSON.parse((await named(renamed, 'user.changed', 'carol')).changes!)).toEqual([
        { field: 'displayName', from: 'Carol', to: 'Caroline' },
      ]);
      const disabled = await asAdmin('PUT', 'api/2/user?username=carol', { active: false });
      expect(JSON.parse((await named(disabled, 'user.changed', 'carol')).changes!)).toEqual([
        { field: 'active', from: 'true', to: 'false' },
      ]);
      await named(await asAdmin('POST', 'api/2/group', { name: 'testers' }), 'group.created', 'testers');
      const member = { name: 'carol' };
      await named(
        await asAdmin('POST', 'api/2/group/user?groupname=testers', member),
        'group.member-added',
        'testers',
      );
      await named(
        await asAdmin('DELETE', 'api/2/group/user?groupname=testers&username=carol'),
        'group.member-removed',
        'testers',
      );
      await named(await asAdmin('DELETE', 'api/2/group?groupname=testers'), 'group.deleted', 'testers');
      await named(await asAdmin('DELETE', 'api/2/user?username=carol'), 'user.deleted', 'carol');

      const scheme = await asAdmin('POST', 'api/2/permissionscheme', { name: 'Loose' });
      await named(scheme, 'permission-scheme.created', 'Loose');
      const grant = { permission: 'BROWSE_PROJECTS', holder: { type: 'anyone' } };
      const granted = await asAdmin('POST', `api/2/permissionscheme/${scheme.body.id}/permission`, grant);
      expect(JSON.parse((await named(granted, 'permission-scheme.changed', 'Loose')).changes!)).toEqual([
        { field: 'grant', from: null, to: 'BROWSE_PROJECTS: anyone' },
      ]);
      const edited = await asAdmin('PUT', `api/2/permissionscheme/${scheme.body.id}`, {
        name: 'Strict',
        permissions: [],
      });
      expect(JSON.parse((await named(edited, 'permission-scheme.changed', 'Loose')).changes!)).toEqual([
        { field: 'name', from: 'Loose', to: 'Strict' },
        { field: 'grant', from: 'BROWSE_PROJECTS: anyone', to: null },
      ]);

      const project = { key: 'AUD', name: 'Audited', projectTypeKey: 'software', lead: 'admin' };
      await named(await asAdmin('POST', 'api/2/project', project), 'project.created', 'AUD');
      const moved = await asAdmin('PUT', 'api/2/project/AUD/permissionscheme', { id: scheme.body.id });
      await named(moved, 'project.permission-scheme-assigned', 'AUD');
      const changed = await asAdmin('PUT', 'api/2/project/AUD', { name: 'Examined' });
      expect(JSON.parse((await named(changed, 'project.changed', 'AUD')).changes!)).toEqual([
        { field: 'name', from: 'Audited', to: 'Examined' },
      ]);
      const joined = await asAdmin('POST', `api/2/project/AUD/role/${builtIn.roles.users}`, {
        user: ['fred'],
      });
      expect(JSON.parse((await named(joined, 'project-role.actors-changed', 'AUD')).changes!)).toEqual([
        { field: 'Users', from: null, to: 'user fred' },
      ]);
      await named(await asAdmin('DELETE', 'api/2/project/AUD'), 'project.deleted', 'AUD');

      const role = await asAdmin('POST', 'api/2/role', { name: 'Guests' });
      await named(role, 'project-role.created', 'Guests');
      await named(
        await asAdmin('POST', `api/2/role/${role.body.id}`, { name: 'Visitors' }),
        'project-role.changed',
        'Guests',
      );
      await named(await asAdmin('DELETE', `api/2/role/${role.body.id}`), 'project-role.deleted', 'Visitors');

      const setting = await asAdmin('PUT', 'tessera/1/settings', { siteTitle: 'Audited' });
      expect(JSON.parse((await named(setting, 'setting.changed', 'siteTitle')).changes!)).toEqual([
        { field: 'siteTitle', from: '"Tessera"', to: '"Audited"' },
      ]);
    });

    test('tokens made and revoked', async () => {
      const session = await webSession(server.current, 'fred', 'fred');
      const made = await must(as(session)('POST', 'pat/latest/tokens', { name: 'for the trail' }));
      const [created] = await recordsOf(server.current, made);
      expect(created).toMatchObject({
        event: 'api-token.created',
        subject: 'for the trail',
        subject_id: Number(made.body.id),
        actor_user_id: world.fred.user.id,
        via: 'session',
      });
      expect(JSON.stringify(created)).not.toContain(made.body.rawToken);
      const gone = await must(as(session)('DELETE', `pat/latest/tokens/${made.body.id}`));
      expect((await recordsOf(server.current, gone))[0]).toMatchObject({
        event: 'api-token.revoked',
        subject_id: Number(made.body.id),
      });
    });

    test('a permission that is missing is kept with who asked', async () => {
      const reply = await as(world.fred.auth)('GET', 'tessera/1/settings');
      expect(reply.status).toBe(403);
      const explained = await asAdmin('GET', `tessera/1/refusals/${reply.headers.get('x-arequestid')}`);
      expect(explained.body).toMatchObject({
        step: 'missing-global-permission',
        account: { name: 'fred' },
        facts: { permission: 'ADMINISTER' },
      });
    });
  });

  test('C4: every change through any route leaves a record', async () => {
    const without: string[] = [];
    const session = await webSession(server.current, 'admin', 'admin');
    for (const { id, method, scope } of server.current.app.routes) {
      if (method === 'GET' || unaudited[id] !== undefined || cells[id] === undefined) continue;
      const headers = { ...(scope === null ? session : world.admin.auth) };
      const { path, body } = await cells[id].as(fixtures(server.current, world, world.admin));
      let reply = await ask(method, server.current.url + path, { headers, body });
      if (reply.status === 403)
        reply = await ask(method, server.current.url + path, { headers: session, body });
      if (reply.status >= 300) continue;
      // What a reset does, it does after the answer.
      await server.current.app.resets.settled();
      if ((await recordsOf(server.current, reply)).length === 0) without.push(id);
    }
    expect(without).toEqual([]);
  });

  test('C4: no record can be changed', async () => {
    const { db } = server.current.app.site;
    await expect(db.updateTable('audit_events').set({ actor_name: 'nobody' }).execute()).rejects.toThrow(
      'append-only',
    );
    const routes = server.current.app.routes.filter(({ path }) => /audit/.test(path));
    expect(routes.map(({ method }) => method).filter((method) => method !== 'GET')).toEqual(['POST']);
  });

  test('a change that is rolled back leaves no record', async () => {
    const taken = { name: 'fred', emailAddress: 'other@example.com', displayName: 'Other' };
    const reply = await asAdmin('POST', 'api/2/user', taken);
    expect(reply.status).toBe(400);
    expect(await recordsOf(server.current, reply)).toEqual([]);
  });

  test('C4: line ends and terminal escapes in a name make one line', async () => {
    const name = 'a\r\nb\u001b[31m\u2028\u0085\u009b\u202e';
    const failed = await as({})('POST', 'auth/1/session', { username: name, password: 'x' });
    expect(failed.status).toBe(401);
    for (const format of ['jsonl', 'csv']) {
      const { text } = await asAdmin('GET', `tessera/1/audit/export?event=sign-in&format=${format}`);
      const lines = text.trimEnd().split(format === 'csv' ? '\r\n' : '\n');
      expect(text.replaceAll(format === 'csv' ? '\r\n' : '\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      const rows = lines.length - (format === 'csv' ? 1 : 0);
      const { body } = await asAdmin('GET', 'tessera/1/audit?event=sign-in&limit=1000');
      expect(rows).toBe(body.records.length);
    }
    const { text } = await asAdmin('GET', 'tessera/1/audit/export?event=sign-in.failed');
    expect(JSON.parse(text.split('\n')[0]!).actor.name).toBe(name);
    for (const line of server.current.logged().trimEnd().split('\n')) {
      if (line !== '') expect(() => JSON.parse(line)).not.toThrow();
    }
  });
});
