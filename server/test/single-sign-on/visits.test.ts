import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findOpenFlow, type Purpose } from '../../src/auth/single-sign-on/flow-store.ts';
import { answer, type FlowAnswer, makeState, startFlow } from '../../src/auth/single-sign-on/flows.ts';
import { insertIdentity } from '../../src/auth/single-sign-on/identity-store.ts';
import {
  type AccountRules,
  defaultAccountRules,
  type Person,
} from '../../src/auth/single-sign-on/provider.ts';
import { insertProvider, providersAt } from '../../src/auth/single-sign-on/provider-store.ts';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { bumpRevision } from '../../src/db/revision.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { sha256 } from '../../src/lib/sha256.ts';
import { webSession } from '../audit/trail.ts';
import { ask, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

const source = { address: '127.0.0.1', userAgent: 'test', requestId: 'test' };

/** What every kind of provider has in common, from the moment its answer has been checked. */
describe.each(engines)('visits to identity providers on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const site = () => server.current.app.site;
  const at = (path: string) => `${server.current.url}${path}`;

  const provider = async (rules: Partial<AccountRules> = {}, requiredDomains: string[] = []) =>
    inTransaction(site().db, async (trx) => {
      const revision = await bumpRevision(trx);
      const id = await insertProvider(
        trx,
        {
          kind: 'oidc',
          name: randomUUID(),
          enabled: true,
          position: 0,
          accountRules: { ...defaultAccountRules, ...rules },
          settings: {},
          sealed: null,
          requiredDomains,
        },
        site().clock.now(),
      );
      return (await providersAt(trx, revision)).find((one) => one.id === id)!;
    });

  interface Visit {
    readonly person: Person;
    readonly purpose?: Purpose;
    readonly userId?: number | null;
    readonly authenticatedAt?: number | null;
    readonly returnTo?: string | null;
  }

  /** A visit whose provider has answered: the ticket it brings, and the browser's cookie. */
  const answered = async (
    at: { id: number },
    { person, purpose = 'sign-in', userId = null, ...more }: Visit,
  ) => {
    const state = makeState();
    const found = (await providersAt(site().db, Number.MAX_SAFE_INTEGER)).find(({ id }) => id === at.id)!;
    const start = { provider: found, purpose, userId, returnTo: more.returnTo ?? null, data: {}, state };
    const cookie = await startFlow(site(), start, { secure: false, contextPath: '' });
    const flow = (await findOpenFlow(site().db, sha256(state), site().clock.now()))!;
    const given: FlowAnswer = {
      is: 'person',
      person,
      session: { providerSession: null, detail: {} },
      attributes: {},
      authenticatedAt: more.authenticatedAt ?? null,
    };
    const ticket = await answer(site(), flow, given, source);
    return { ticket: ticket!, cookie: cookie.split(';')[0]!, flow, given };
  };
  const finish = (ticket: string, cookie: string) =>
    ask('GET', at(`/sso/finish?ticket=${ticket}`), { headers: { Cookie: cookie } });
  const visit = async (where: { id: number }, wanted: Visit) => {
    const { ticket, cookie } = await answered(where, wanted);
    return finish(ticket, cookie);
  };
  const problemOf = (reply: Reply) => new URL(reply.headers.get('location')!).searchParams.get('problem');
  const sessionOf = (reply: Reply) => ({
    Cookie: reply.headers
      .getSetCookie()
      .find((line) => line.startsWith('tessera='))!
      .split(';')[0]!,
  });
  const whoami = async (headers: Record<string, string>) =>
    (await ask('GET', at('/rest/api/2/myself'), { headers })).body.name;
  const groupsOf = async (name: string): Promise<string[]> => {
    const reply = await ask('GET', at(`/rest/api/2/user?username=${name}&expand=groups`), {
      headers: world.admin.auth,
    });
    return reply.body.groups.items.map((group: { name: string }) => group.name);
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('a newcomer gets an account, and is signed in where they wanted to go', async () => {
    const where = await provider();
    const person = { subject: 's1', userName: 'nora', email: 'nora@new.example', displayName: 'Nora' };
    const reply = await visit(where, { person, returnTo: '/browse/PUB-1' });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, at('/browse/PUB-1')]);
    expect(await whoami(sessionOf(reply))).toBe('nora');
    expect(await groupsOf('nora')).toEqual(['jira-software-users']);
    // The account has no password.
    expect((await ask('GET', at('/rest/api/2/myself'), { headers: basic('nora', '') })).status).toBe(401);
    // And is the same the next time, whatever it is called by then.
    const again = await visit(where, { person: { ...person, userName: 'other', displayName: 'Nora N' } });
    expect(await whoami(sessionOf(again))).toBe('nora');
  });

  test('X6: the same address or name at another provider is not the same person', async () => {
    const [first, second] = [await provider(), await provider()];
    const person = { subject: 's', userName: 'olga', email: 'olga@new.example', displayName: 'Olga' };
    expect((await visit(first, { person })).status).toBe(302);
    const other = await visit(second, { person });
    expect(problemOf(other)).toBe('sso-account-not-linked');
    expect(other.headers.getSetCookie().filter((line) => line.startsWith('tessera='))).toEqual([]);
    const byName = await visit(second, { person: { ...person, email: 'x@new.example', subject: 'fred' } });
    expect(problemOf(byName)).toBe('sso-account-not-linked');
    const fred = { subject: 'f', email: world.fred.email, displayName: 'Fred' };
    expect(problemOf(await visit(first, { person: fred }))).toBe('sso-account-not-linked');
  });

  test('S8: the way back stays on this site', async () => {
    const where = await provider();
    const person = { subject: 'p', userName: 'pia', email: 'pia@new.example', displayName: 'Pia' };
    for (const returnTo of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/%09/evil.example',
    ]) {
      const reply = await visit(where, { person, returnTo });
      expect(new URL(reply.headers.get('location')!).origin).toBe(new URL(server.current.url).origin);
    }
  });

  test('an answer counts in the browser that asked, once, for fifteen minutes', async () => {
    const where = await provider();
    const person = { subject: 'q', userName: 'quinn', email: 'quinn@new.example', displayName: 'Quinn' };
    const one = await answered(where, { person });
    const stranger = await answered(where, { person });
    expect(problemOf(await finish(one.ticket, stranger.cookie))).toBe('sso-other-browser');
    expect(problemOf(await finish(one.ticket, ''))).toBe('sso-other-browser');
    const replies = await Promise.all(Array.from({ length: 20 }, () => finish(one.ticket, one.cookie)));
    expect(replies.filter((reply) => problemOf(reply) === null)).toHaveLength(1);
    // The provider's answer too is taken once.
    expect(await answer(site(), one.flow, one.given, source)).toBeUndefined();
    const late = await answered(where, { person });
    server.current.clock.advance(15 * 60_000 + 1);
    expect(problemOf(await finish(late.ticket, late.cookie))).toBe('sso-other-browser');
  });

  test('twenty first visits at once make one account', async () => {
    const where = await provider();
    const person = { subject: 'r', userName: 'rosa', email: 'rosa@new.example', displayName: 'Rosa' };
    const visits = await Promise.all(Array.from({ length: 20 }, () => answered(where, { person })));
    const replies = await Promise.all(visits.map(({ ticket, cookie }) => finish(ticket, cookie)));
    expect(replies.filter((reply) => problemOf(reply) === null)).toHaveLength(20);
    const users = await site().db.selectFrom('users').select('id').where('name', '=', 'rosa').execute();
    expect(users).toHaveLength(1);
  });

  test('groups follow the provider, but only those that it gave', async () => {
    const rules = {
      joins: [],
      groups: [
        { theirs: 'Staff', ours: 'jira-software-users' },
        { theirs: 'Admins', ours: 'jira-administrators' },
      ],
    };
    const where = await provider(rules);
    const person = { subject: 't', userName: 'tess', email: 'tess@new.example', displayName: 'Tess' };
    await visit(where, { person: { ...person, groups: ['staff', 'unknown'] } });
    expect(await groupsOf('tess')).toEqual(['jira-software-users']);
    await visit(where, { person: { ...person, groups: ['Admins'] } });
    expect(await groupsOf('tess')).toEqual(['jira-administrators']);
    // Silence about groups is no news about them.
    await visit(where, { person });
    expect(await groupsOf('tess')).toEqual(['jira-administrators']);
    await visit(where, { person: { ...person, groups: [] } });
    expect(await groupsOf('tess')).toEqual([]);
    // What was given by hand stays.
    const { user } = await addAccount(server.current, 'ulla', { groups: [builtIn.groups.softwareUsers] });
    const linked = { providerId: where.id, subject: 'u', userId: user.id, at: 0 };
    await insertIdentity(site().db, linked);
    await visit(where, { person: { subject: 'u', groups: [] } });
    expect(await groupsOf('ulla')).toEqual(['jira-software-users']);
  });

  test('a deactivated account stays out, and so does who has none where none are made', async () => {
    const where = await provider({ createsAccounts: false });
    const { user } = await addAccount(server.current, 'vera');
    await insertIdentity(site().db, { providerId: where.id, subject: 'v', userId: user.id, at: 0 });
    expect(problemOf(await visit(where, { person: { subject: 'v' } }))).toBeNull();
    await site().db.updateTable('users').set({ active: 0 }).where('id', '=', user.id).execute();
    expect(problemOf(await visit(where, { person: { subject: 'v' } }))).toBe('sso-account-disabled');
    const nobody = { subject: 'w', userName: 'walt', email: 'walt@new.example', displayName: 'Walt' };
    expect(problemOf(await visit(where, { person: nobody }))).toBe('sso-no-account');
    const incomplete = await visit(await provider(), { person: { subject: 'x', userName: 'xaver' } });
    expect(problemOf(incomplete)).toBe('sso-incomplete');
  });

  test('linking needs the account’s own session, and is refused for who is linked elsewhere', async () => {
    const where = await provider();
    const { user } = await addAccount(server.current, 'yara');
    const session = await webSession(server.current, 'yara', 'yara');
    const ticket = await answered(where, { person: { subject: 'y' }, purpose: 'link', userId: user.id });
    const stolen = await answered(where, { person: { subject: 'z' }, purpose: 'link', userId: user.id });
    // Somebody else's session in that browser, or none, links nothing.
    const fred = await webSession(server.current, 'fred', 'fred');
    expect(problemOf(await finish(stolen.ticket, `${stolen.cookie}; ${fred.Cookie}`))).toBe('session-ended');
    const reply = await finish(ticket.ticket, `${ticket.cookie}; ${session.Cookie}`);
    expect(new URL(reply.headers.get('location')!).searchParams.get('linked')).toBe(String(where.id));
    expect(await whoami(sessionOf(await visit(where, { person: { subject: 'y' } })))).toBe('yara');
    const again = await answered(where, {
      person: { subject: 'y' },
      purpose: 'link',
      userId: world.fred.user.id,
    });
    expect(problemOf(await finish(again.ticket, `${again.cookie}; ${fred.Cookie}`))).toBe(
      'sso-linked-already',
    );
  });

  test('administrator access is confirmed by the same person, asked just now', async () => {
    const where = await provider();
    const { administrators } = builtIn.groups;
    const { user } = await addAccount(server.current, 'zoe', { groups: [administrators] });
    await insertIdentity(site().db, { providerId: where.id, subject: 'zoe', userId: user.id, at: 0 });
    const session = sessionOf(await visit(where, { person: { subject: 'zoe' } }));
    const change = (headers: Record<string, string>) =>
      ask('PUT', at('/rest/tessera/1/settings'), {
        headers: { ...headers, Origin: new URL(server.current.url).origin },
        body: { siteTitle: 'Tessera' },
      });
    expect((await change(session)).status).toBe(401);
    const confirm = async (subject: string, authenticatedAt: number | null) => {
      const wanted = { person: { subject }, purpose: 'confirm', userId: user.id, authenticatedAt } as const;
      const { ticket, cookie } = await answered(where, wanted);
      return finish(ticket, `${cookie}; ${session.Cookie}`);
    };
    const now = server.current.clock.now();
    expect(problemOf(await confirm('zoe', null))).toBe('sso-not-fresh');
    expect(problemOf(await confirm('zoe', now - 6 * 60_000))).toBe('sso-not-fresh');
    expect(problemOf(await confirm('somebody', now))).toBe('sso-somebody-else');
    expect((await change(session)).status).toBe(401);
    const risen = await confirm('zoe', now);
    expect((await change(sessionOf(risen))).status).toBe(200);
  });

  test('M6: a required provider closes the password like a wrong one; tokens and emergencies go on', async () => {
    const corp = await addAccount(server.current, 'cora', { email: 'cora@corp.example' });
    const boss = await addAccount(server.current, 'boss', { email: 'boss@corp.example' });
    const me = (headers: Record<string, string>) => ask('GET', at('/rest/api/2/myself'), { headers });
    expect((await me(basic('cora', 'cora'))).status).toBe(200);
    await provider({}, ['corp.example']);
    await ask('PUT', at('/rest/tessera/1/settings'), {
      headers: world.admin.auth,
      body: { ssoExemptUsers: ['boss'] },
    });
    const right = await me(basic('cora', 'cora'));
    const wrong = await me(basic('cora', 'wrong'));
    const plain = ({ status, text, headers }: Reply) => ({
      status,
      text,
      headers: Object.fromEntries([...headers].filter(([name]) => !['date', 'x-arequestid'].includes(name))),
    });
    expect(plain(right)).toEqual(plain(wrong));
    expect(right.status).toBe(401);
    // Both counted: the third closes the door, and the token is told the same from there.
    expect((await me(basic('cora', 'cora'))).status).toBe(401);
    expect((await me(basic('cora', 'cora'))).status).toBe(403);
    await forgetFailures(server.current);
    expect((await me(corp.auth)).status).toBe(200);
    expect((await me(basic(boss.name, 'boss'))).status).toBe(200);
    const session = { username: 'cora', password: 'cora' };
    expect((await ask('POST', at('/rest/auth/1/session'), { body: session })).status).toBe(401);
    expect((await ask('POST', at('/rest/tessera/1/session'), { body: session })).status).toBe(401);
  });

  test('N1: the ways to sign in say nothing about accounts', async () => {
    const ways = async (name: string) =>
      (await ask('GET', at(`/rest/tessera/1/sign-in/ways?name=${encodeURIComponent(name)}`))).body;
    expect(await ways('fred')).toEqual(await ways('nobody-at-all'));
    expect(await ways('cora@corp.example')).toEqual(await ways('nobody@corp.example'));
    expect((await ways('fred@example.com')).required).toBeNull();
  });
});
