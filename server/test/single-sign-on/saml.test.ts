import { createVerify, X509Certificate } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { SamlSite } from './support/saml-site.ts';
import { TestIdp } from './support/test-idp.ts';

describe.each(engines)('signing in through SAML on %s', (engine) => {
  const server = useServer({ engine });
  let idp: TestIdp;
  let site: SamlSite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    idp = await TestIdp.create();
    site = await SamlSite.create(server.current, idp);
  });
  beforeEach(() => forgetFailures(server.current));

  test('the request is signed, says who asks and where to answer', async () => {
    const { location, xml, relayState } = await site.start();
    expect(location.origin + location.pathname).toBe(idp.ssoUrl);
    expect(relayState).toMatch(/^tsi_/);
    expect(xml).toContain(`AssertionConsumerServiceURL="${site.acs}"`);
    expect(xml).toContain(`<saml:Issuer>${site.entityId}</saml:Issuer>`);
    expect(xml).toContain(`Destination="${idp.ssoUrl}"`);
    expect(xml).not.toContain('ForceAuthn');
    const { body } = await ask('GET', site.at(`/rest/tessera/1/identity-providers/${site.id}/saml`), {
      headers: site.admin,
    });
    const [signed, signature] = location.search.slice(1).split('&Signature=') as [string, string];
    expect(location.searchParams.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    const good = createVerify('RSA-SHA256')
      .update(signed)
      .verify(
        new X509Certificate(body.keys[0].certificate).publicKey,
        decodeURIComponent(signature),
        'base64',
      );
    expect(good).toBe(true);
  });

  test('a newcomer gets an account, with a signed assertion, a signed response, or both', async () => {
    const visit = await site.start('/browse/PUB-1');
    const first = await site.bring(site.answer(visit), visit);
    expect([first.status, first.headers.get('location')]).toEqual([302, site.at('/browse/PUB-1')]);
    expect(await site.whoIs(first)).toBe('alice');
    const second = await site.start();
    const said = site.said(second);
    const onlyResponse = idp.signed(idp.response(said, idp.assertion(said)));
    expect(await site.whoIs(await site.bring(onlyResponse, second))).toBe('alice');
    const third = await site.start();
    const both = site.said(third);
    const whole = idp.signed(idp.response(both, idp.signed(idp.assertion(both))));
    expect(await site.whoIs(await site.bring(whole, third))).toBe('alice');
    const [row] = await server.current.app.site.db
      .selectFrom('sso_sessions')
      .selectAll()
      .where('provider_session', '=', both.sessionIndex)
      .execute();
    expect(row).toMatchObject({ provider_id: Number(site.id), subject: 'alice' });
  });
});
