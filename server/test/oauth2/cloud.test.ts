import * as client from 'openid-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import { ask, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { Application } from './support/application.ts';

const scope = 'read:jira-work read:jira-user offline_access';

describe.each(engines)('OAuth 2.0 as clients of Cloud speak it, on %s', (engine) => {
  const server = useServer({
    engine,
    env: { TESSERA_PROFILE: 'cloud', TESSERA_BASE_URL: 'http://127.0.0.1/jira' },
  });
  let app: Application;
  let fred: Record<string, string>;
  // The base URL has no port, so the consent page's origin is not where the tests ask.
  const own = { Origin: 'http://127.0.0.1' };

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    app = await Application.create(server.current, { scopes: ['read:jira-work', 'read:jira-user'] }, own);
    fred = { ...(await webSession(server.current, 'fred', 'fred')), ...own };
  });

  const token = (body: object) => ask('POST', app.at('/oauth/token'), { body: { ...app.own, ...body } });

  const authorise = async (wanted: string) => {
    const verifier = client.randomPKCECodeVerifier();
    const url = await app.authorizeUrl(verifier, {
      scope: wanted,
      audience: 'api.atlassian.com',
      prompt: 'consent',
    });
    const back = await app.visit(url.replace('/rest/oauth2/latest/authorize', '/authorize'), fred);
    const code = back.searchParams.get('code');
    const body = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: app.redirectUri,
    };
    return token(body);
  };

  test('JSON, the sites that a token opens, the gateway, and a scope that is missing', async () => {
    const { status, body } = await authorise(scope);
    expect([status, body.expires_in, body.scope]).toEqual([200, 3600, scope]);
    const headers = bearer(body.access_token);
    const sites = await ask('GET', app.at('/oauth/token/accessible-resources'), { headers });
    expect(sites.body).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'Tessera',
        url: 'http://127.0.0.1/jira',
        scopes: ['read:jira-work', 'read:jira-user'],
        avatarUrl: 'http://127.0.0.1/jira/favicon.svg',
      },
    ]);
    const issue = app.at(`/ex/jira/${sites.body[0].id}/rest/api/2/issue/QA-1`);
    expect((await ask('GET', issue, { headers })).status).toBe(200);
    const refused = await ask('PUT', issue, { headers, body: { fields: {} } });
    expect([refused.status, refused.body]).toEqual([
      401,
      { code: 401, message: 'Unauthorized; scope does not match' },
    ]);
  });

  test('a refresh token for offline_access alone, and the answer of Cloud to one that is over', async () => {
    expect((await authorise('read:jira-work')).body.refresh_token).toBeUndefined();
    const { refresh_token } = (await authorise(scope)).body;
    const next = await token({ grant_type: 'refresh_token', refresh_token });
    expect(next.status).toBe(200);
    server.current.clock.advance(11_000);
    const over = await token({ grant_type: 'refresh_token', refresh_token });
    expect([over.status, over.body]).toEqual([
      403,
      { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    ]);
  });

  test('under a context path the metadata says so', async () => {
    const { body } = await ask('GET', app.at('/.well-known/openid-configuration'));
    expect(body).toMatchObject({
      issuer: 'http://127.0.0.1/jira',
      authorization_endpoint: 'http://127.0.0.1/jira/rest/oauth2/latest/authorize',
      token_endpoint: 'http://127.0.0.1/jira/rest/oauth2/latest/token',
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      authorization_response_iss_parameter_supported: true,
    });
  });
});

describe.each(engines)('Q8: guesses at client secrets on %s', (engine) => {
  const server = useServer({ engine, limits: true });
  test('are limited for their network as wrong passwords are', async () => {
    await createWorld(server.current, { issues: 1 });
    const app = await Application.create(server.current);
    let last = await app.token({ client_secret: 'wrong', grant_type: 'x' });
    expect(last.status).toBe(401);
    for (let i = 0; last.status === 401 && i < 100; i++) {
      last = await app.token({ client_secret: 'wrong', grant_type: 'x' });
    }
    expect([last.status, last.body.error]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
