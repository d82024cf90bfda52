import { Version2Client } from 'jira.js';
import * as client from 'openid-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import { ask, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { Application } from './support/application.ts';

describe.each(engines)('OAuth 2.0 as openid-client dances it, on %s', (engine) => {
  const server = useServer({ engine });
  let fred: Record<string, string>;
  const rest = (path: string) => `${server.current.url}/rest/api/2/${path}`;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    fred = await webSession(server.current, 'fred', 'fred');
  });

  test.each([
    ['client_secret_post', client.ClientSecretPost],
    ['client_secret_basic', client.ClientSecretBasic],
  ])('code with PKCE, refresh, revoke: %s', async (_, auth) => {
    const app = await Application.create(server.current);
    const configuration = await app.configuration(auth(app.secret!));
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const nonce = client.randomNonce();
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: app.redirectUri,
      scope: 'openid profile email WRITE',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const back = await app.visit(url.href, fred);
    // openid-client checks `iss` (Q6), the state and the ID token.
    const tokens = await client.authorizationCodeGrant(configuration, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    expect(tokens).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      scope: 'WRITE openid profile email',
    });
    expect(tokens.claims()).toMatchObject({ iss: server.current.url, aud: app.clientId });
    const me = await client.fetchUserInfo(configuration, tokens.access_token, tokens.claims()!.sub);
    expect(me).toMatchObject({ preferred_username: 'fred', email: 'fred@example.com' });

    const issue = await ask('GET', rest('issue/QA-1'), { headers: bearer(tokens.access_token) });
    expect([issue.status, issue.headers.get('x-ausername')]).toEqual([200, 'fred']);

    const next = await client.refreshTokenGrant(configuration, tokens.refresh_token!);
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(await client.tokenIntrospection(configuration, next.access_token)).toMatchObject({ active: true });
    await client.tokenRevocation(configuration, next.refresh_token!);
    for (const secret of [tokens.access_token, next.access_token]) {
      expect((await ask('GET', rest('issue/QA-1'), { headers: bearer(secret) })).status).toBe(401);
    }
    expect(await client.tokenIntrospection(configuration, next.access_token)).toEqual({ active: false });
  });

  test('a public application has no secret', async () => {
    const app = await Application.create(server.current, { confidential: false });
    const configuration = await app.configuration(client.None());
    const { code, verifier, url } = await app.code(fred);
    expect(code).not.toBe('');
    const tokens = await client.authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: verifier,
      expectedState: 'the state',
    });
    expect((await ask('GET', rest('myself'), { headers: bearer(tokens.access_token) })).body.name).toBe(
      'fred',
    );
  });

  test('a device without a browser', async () => {
    const app = await Application.create(server.current);
    const configuration = await app.configuration();
    const begun = await client.initiateDeviceAuthorization(configuration, { scope: 'READ' });
    expect(begun.verification_uri).toBe(`${server.current.url}/device`);
    const code = (path: string, body: object) =>
      ask('POST', `${server.current.url}/rest/tessera/1/device-codes${path}`, { headers: fred, body });
    const userCode = begun.user_code.toLowerCase();
    expect((await code('', { userCode })).body.may).toEqual([
      { scope: 'READ', text: expect.stringContaining('See projects') },
    ]);
    const waiting = await app.token({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: begun.device_code,
    });
    expect([waiting.status, waiting.body.error]).toEqual([400, 'authorization_pending']);
    const accountId = await app.accountId(fred);
    const decided = await Promise.all(
      [1, 2].map(() => code('/decision', { userCode, allow: true, accountId })),
    );
    expect(decided.map(({ status }) => status).sort()).toEqual([204, 404]);
    const tokens = await client.pollDeviceAuthorizationGrant(configuration, { ...begun, interval: 0.01 });
    expect((await ask('GET', rest('myself'), { headers: bearer(tokens.access_token) })).body.name).toBe(
      'fred',
    );
    expect((await code('', { userCode })).status).toBe(404);
  });

  test('what it yields works in jira.js', async () => {
    const app = await Application.create(server.current);
    const { access_token: accessToken } = await app.tokens(fred, { scope: 'WRITE' });
    const jira = new Version2Client({
      host: server.current.url,
      authentication: { oauth2: { accessToken } },
    });
    expect((await jira.myself.getCurrentUser()).emailAddress).toBe('fred@example.com');
    await jira.issues.editIssue({ issueIdOrKey: 'QA-1', fields: { summary: 'Edited by an application' } });
    const issue = await jira.issues.getIssue({ issueIdOrKey: 'QA-1' });
    expect(issue.fields.summary).toBe('Edited by an application');
  });

  test('an application asks for itself, and acts as an account', async () => {
    const app = await Application.create(server.current, {
      grants: ['client_credentials'],
      redirectUris: [],
      actsAs: 'wilma',
    });
    const configuration = await app.configuration();
    const tokens = await client.clientCredentialsGrant(configuration, { scope: 'WRITE' });
    expect(tokens.refresh_token).toBeUndefined();
    expect((await ask('GET', rest('myself'), { headers: bearer(tokens.access_token) })).body.name).toBe(
      'wilma',
    );
    expect((await ask('GET', rest('issue/QA-1'), { headers: bearer(tokens.access_token) })).status).toBe(403);
  });
});
