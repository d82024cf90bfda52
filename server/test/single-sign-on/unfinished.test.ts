import { beforeAll, describe, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import { ask, askForm } from '../support/client.ts';
import { engines } from '../support/engines.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';

/** Okta, Entra and others ask for this site's addresses before they say anything of themselves. */
describe.each(engines)('a provider that is not set up yet on %s', (engine) => {
  const server = useServer({ engine });
  const at = (path: string) => `${server.current.url}${path}`;
  const root = '/rest/tessera/1/identity-providers';
  let headers: Record<string, string>;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    headers = await webSession(server.current, 'admin', 'admin');
  });
  const make = (body: object) => ask('POST', at(root), { headers, body });

  test('has its addresses, and nobody gets anywhere through it', async () => {
    const { status, body } = await make({ kind: 'saml', name: 'Later', settings: {} });
    expect([status, body.enabled]).toEqual([201, false]);
    const told = await ask('GET', at(`${root}/${body.id}/saml`), { headers });
    expect(told.body).toMatchObject({
      acsUrl: at(`/sso/saml/${body.id}/acs`),
      identityProviderCertificates: [],
    });
    expect((await ask('GET', at(`/sso/saml/${body.id}/metadata`))).text).toContain('EntityDescriptor');
    const visit = await ask('POST', at('/rest/tessera/1/sign-in/visits'), {
      headers,
      body: { provider: body.id, purpose: 'test' },
    });
    expect([visit.status, visit.body.errorMessages]).toEqual([
      409,
      ['Later is not set up yet: save what the provider says of itself first.'],
    ]);
    const start = await ask('GET', at(`/sso/${body.id}/start`));
    expect(start.headers.get('location')).toContain('problem=sso-provider-gone');
    for (const path of ['acs', 'slo']) {
      const reply = await askForm(at(`/sso/saml/${body.id}/${path}`), { SAMLResponse: 'PHg+PC94Pg==' });
      expect(reply.status).toBe(303);
      expect(reply.headers.get('location')).toMatch(path === 'acs' ? /\/sign-in\?problem=/ : /\/sign-in$/);
      expect(reply.headers.get('set-cookie') ?? '').not.toContain('tessera=');
    }
    expect((await ask('GET', at('/rest/tessera/1/health'), { headers })).status).toBe(200);
  });

  test('cannot be switched on before, and is finished field by field', async () => {
    const refused = await make({ kind: 'saml', name: 'At once', enabled: true, settings: {} });
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body.errors)).toContain('settings.entityId');
    const partly = await make({ kind: 'saml', name: 'Partly', settings: { entityId: 'x' } });
    expect(Object.keys(partly.body.errors)).toContain('settings.ssoUrl');
    const { body } = await make({ kind: 'saml', name: 'Soon', settings: {} });
    const on = await ask('PUT', at(`${root}/${body.id}`), {
      headers,
      body: { name: 'Soon', enabled: true, settings: {} },
    });
    expect(on.status).toBe(400);
  });
});
