import { beforeAll, describe, expect, test } from 'vitest';
import { mintTokenFor } from '../../src/auth/api-tokens/api-tokens.ts';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { scopes } from '../../src/identity.ts';
import { accessToken, addLink, askSigned } from '../oauth1/application.ts';
import { ask, basic, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { type Account, addAccount, createWorld, type World } from '../support/world.ts';
import { cells } from './cells.ts';
import { fixtures } from './fixtures.ts';

/** Routes that the table cannot hold, and where they are tested instead. */
const elsewhere: Record<string, string> = {
  revokeAllApiTokens: 'auth/conformance.test.ts, case 55: it would end the tokens this matrix signs in with',
  revokeAllApiTokens1: 'the same rule under another path',
  getCaptchaSound: 'auth/captcha.test.ts: only three in five minutes',
  endOwnOtherSessions: 'auth/sessions.test.ts: it would end the session this matrix signs in with',
  signInByForm: 'auth/sign-in-form.test.ts: it takes a form, and answers with a page',
  webSudoPage: 'auth/web-sudo.test.ts: it answers with a page',
  startWebSudoByForm: 'auth/web-sudo.test.ts: it takes a form',
  ...Object.fromEntries(
    [
      ...[
        'listScimUsers',
        'createScimUser',
        'getScimUser',
        'replaceScimUser',
        'changeScimUser',
        'deleteScimUser',
      ],
      ...['listScimGroups', 'createScimGroup', 'getScimGroup', 'replaceScimGroup', 'changeScimGroup'],
      ...['deleteScimGroup', 'getScimServiceProviderConfig', 'getScimResourceTypes', 'getScimSchemas'],
    ].map((id) => [id, 'scim/scim.test.ts: a credential of its own opens it, and no other one']),
  ),
  ...Object.fromEntries(
    ['issueRequestToken', 'issueRequestTokenByGet', 'issueAccessToken', 'issueAccessTokenByGet'].map((id) => [
      id,
      'oauth1/dance.test.ts: an application signs the request, and the answer is form-encoded',
    ]),
  ),
  oauth2Userinfo: 'oauth2/dance.test.ts: an access token opens it, and no other credential',
  acceptSamlResponse: 'single-sign-on/saml.test.ts: it takes a form',
  takePostedSamlLogout: 'single-sign-on/saml-logout.test.ts: it takes a form',
  signOutPage: 'auth/sign-in-form.test.ts: it answers with a page',
  signOutPage1: 'the same under another path',
  signOutByForm: 'auth/sign-in-form.test.ts: it takes a form',
  signOutByForm1: 'the same under another path',
  getDocumentationAsset: 'openapi tests: its path holds the version of the files',
};

/** Every route × every kind of caller. A route that is missing here fails. */
describe.each(engines)('matrix on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let wrong: Record<string, Record<string, string>>;
  let session: Record<string, string>;
  let signed: string;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    const { site } = server.current.app;
    const off = await addAccount(server.current, 'off');
    await site.db.updateTable('users').set({ active: 0 }).where('name', '=', 'off').execute();
    const late = await mintTokenFor(site, world.admin.user.id, { label: 'late', days: 1 });
    server.current.clock.advance(86_400_000);
    wrong = {
      'a wrong secret': basic('admin', 'wrong'),
      'an unknown scheme': { Authorization: 'Digest username="admin"' },
      'an expired token': bearer(late.secret),
      'a disabled account': bearer(off.token),
    };
    const signedIn = await ask('POST', `${server.current.url}/rest/auth/1/session`, {
      body: { username: 'fred', password: 'fred' },
    });
    session = { Cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]! };
    await addLink(server.current);
    signed = (await accessToken(server.current, 'fred')).oauth_token!;
  });

  test('every route has a row', () => {
    const routes = server.current.app.routes.map(({ id }) => id);
    const rows = [...Object.keys(cells), ...Object.keys(elsewhere)];
    expect(routes.filter((id) => !rows.includes(id))).toEqual([]);
    expect(rows.filter((id) => !routes.includes(id))).toEqual([]);
  });

  const routeOf = (id: string) => server.current.app.routes.find((route) => route.id === id)!;
  const request = async (id: string, caller: Account | null, headers: Record<string, string>) => {
    await forgetFailures(server.current);
    const { path, body } = await cells[id]!.as(fixtures(server.current, world, caller));
    return ask(routeOf(id).method, server.current.url + path, { headers, body });
  };

  test.each(Object.entries(cells))('%s', async (id, { statuses }) => {
    const { access } = routeOf(id);
    const callers: readonly [string, Account | null][] = [
      ['anonymous', null],
      ['stranger', world.wilma],
      ['member', world.fred],
      ['admin', world.admin],
    ];
    const got: Record<string, number> = {};
    for (const [name, account] of callers) {
      const reply = await request(id, account, account?.auth ?? {});
      got[name] = reply.status;
      if (reply.status >= 400)
        expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    }
    expect(got).toEqual(Object.fromEntries(callers.map(([name], i) => [name, statuses[i]])));

    const asNobody = access === 'no-door' || access === 'sign-in';
    for (const [what, headers] of Object.entries(wrong)) {
      const reply = await request(id, null, headers);
      expect([what, reply.status]).toEqual([what, asNobody ? statuses[0] : 401]);
      if (!asNobody) expect(reply.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED');
    }
  });

  // T11: the member's token with every scope but the needed one, and with the needed one alone.
  describe('a token that is held to scopes', () => {
    const held = new Map<string, Record<string, string>>();
    beforeAll(async () => {
      const { site } = server.current.app;
      // Not the member's own: others of these tests count or end the member's tokens.
      const groups = [builtIn.groups.softwareUsers];
      const double = await addAccount(server.current, 'freds-double', { groups });
      await ask('POST', `${server.current.url}/rest/api/2/project/QA/role/${builtIn.roles.users}`, {
        headers: world.admin.auth,
        body: { user: ['freds-double'] },
      });
      const mint = async (name: string, some: readonly string[]) =>
        held.set(
          name,
          bearer((await mintTokenFor(site, double.user.id, { label: name, days: 90, scopes: some })).secret),
        );
      for (const scope of scopes) {
        await mint(`only ${scope}`, [scope]);
        const all = scopes.filter((one) => one !== scope);
        // What is wider holds it as well.
        await mint(
          `without ${scope}`,
          all.filter((one) => scope !== 'write:comment:jira' || one !== 'write:jira-work'),
        );
      }
      await mint('with all', scopes);
    });
    const scoped = Object.keys(cells).filter((id) => !['logout', 'endWebSession'].includes(id));
    test.each(scoped)('%s', async (id) => {
      const { scope, access } = routeOf(id);
      const looked = access === 'anonymous-ok' || access === 'signed-in';
      if (!looked || scope === null) {
        const reply = await request(id, world.fred, held.get('only manage:jira-webhook')!);
        expect(reply.text).not.toContain('scope does not match');
        return;
      }
      const wanting = scope === 'full-access' ? 'with all' : `without ${scope}`;
      const refusal = await request(id, world.fred, held.get(wanting)!);
      expect([refusal.status, refusal.body]).toEqual([
        401,
        { code: 401, message: 'Unauthorized; scope does not match' },
      ]);
      expect(refusal.headers.get('www-authenticate')).toBe(
        `Bearer error="insufficient_scope", scope="${scope}"`,
      );
      if (scope === 'full-access') return;
      const reply = await request(id, world.fred, held.get(`only ${scope}`)!);
      expect(reply.text).not.toContain('scope does not match');
      expect(reply.status).not.toBe(401);
    });
  });

  // By session a member gets what the token gives, but for what ends the session and what a token may not.
  const perSession: Record<string, number> = {
    createApiToken: 201,
    createApiToken1: 201,
    // With a session it is the present password that is wrong, and the alias that is missing.
    startWebSudo: 400,
    // A session of REST has no proof of the last minutes.
    unlinkOwnIdentity: 401,
    beginAuthenticator: 401,
    confirmAuthenticator: 401,
    removeAuthenticator: 401,
    beginPasskey: 401,
    addPasskey: 401,
    renamePasskey: 401,
    removePasskey: 401,
    renewRecoveryCodes: 401,
    forgetTrustedDevices: 204,
    startProviderVisit: 404,
    getAuthorisation: 404,
    decideAuthorisation: 409,
    viewDeviceCode: 404,
    decideDeviceCode: 409,
    changeMyPassword: 400,
    changeOwnEmail: 400,
    removeEmailAlias: 404,
    // There is no token behind a session, and a password rotates any of one's own.
    getOwnToken: 404,
    rotateApiToken: 200,
    createServiceToken: 201,
    rotateServiceToken: 200,
  };
  test.each(Object.keys(cells).filter((id) => !['logout', 'endWebSession'].includes(id)))(
    '%s by session',
    async (id) => {
      const reply = await request(id, world.fred, session);
      expect(reply.status).toBe(perSession[id] ?? cells[id]!.statuses[2]);
    },
  );

  test.each(Object.keys(cells))('%s by OAuth 1.0a', async (id) => {
    await forgetFailures(server.current);
    const { path, body } = await cells[id]!.as(fixtures(server.current, world, world.fred));
    const signing = { oauth: { oauth_token: signed } };
    const reply = await askSigned(server.current, routeOf(id).method, path, signing, body);
    // The request came by no API token.
    expect(reply.status).toBe(id === 'getOwnToken' ? 404 : cells[id]!.statuses[2]);
  });
});
