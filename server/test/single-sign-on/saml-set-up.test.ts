import { X509Certificate } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeSelfSigned } from '../../src/auth/saml/self-signed.ts';
import { webSession } from '../audit/trail.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const path = '/rest/tessera/1/identity-providers';

describe.each(engines)('setting up a SAML provider on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let session: Record<string, string>;
  let certificate: string;

  const at = (where: string) => `${server.current.url}${where}`;
  const asAdmin = (method: string, where: string, body?: unknown) =>
    ask(method, at(where), { headers: session, body });
  const settings = () => ({
    entityId: 'https://idp.example/entity',
    ssoUrl: 'https://idp.example/sso',
    certificates: [certificate],
  });
  const create = async (name: string, more: object = {}) => {
    const body = { kind: 'saml', name, enabled: true, settings: { ...settings(), ...more } };
    return asAdmin('POST', path, body);
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    certificate = (await makeSelfSigned('IdP', server.current.clock.now())).certificate;
  });
  beforeEach(async () => {
    await forgetFailures(server.current);
    session = await webSession(server.current, 'admin', 'admin');
  });

  test('an administrator sees what the provider must know, and the metadata says the same', async () => {
    const made = await create('Corp');
    expect(made.status).toBe(201);
    const { id } = made.body;
    const shown = await asAdmin('GET', `${path}/${id}/saml`);
    expect(shown.body).toMatchObject({
      entityId: at(`/sso/saml/${id}/metadata`),
      acsUrl: at(`/sso/saml/${id}/acs`),
      sloUrl: at(`/sso/saml/${id}/slo`),
      metadataUrl: at(`/sso/saml/${id}/metadata`),
      keys: [{ state: 'current', expired: false }],
      identityProviderCertificates: [{ subject: 'CN=IdP', expired: false }],
    });
    const metadata = await ask('GET', shown.body.metadataUrl);
    expect(metadata.headers.get('content-type')).toBe('application/samlmetadata+xml; charset=UTF-8');
    const [, inMetadata] = /<ds:X509Certificate>([^<]+)</.exec(metadata.text)!;
    expect(new X509Certificate(Buffer.from(inMetadata!, 'base64')).toString()).toBe(
      shown.body.keys[0].certificate,
    );
    expect(metadata.text).toContain(`entityID="${shown.body.entityId}"`);
    expect(metadata.text).toContain(`Location="${shown.body.acsUrl}"`);
    expect(metadata.text).not.toContain('use="encryption"');
  });

  test('a key changes in three steps, and both stand in the metadata meanwhile', async () => {
    const { id } = (await create('Roll-over', { wantsEncryption: true })).body;
    const keysOf = async () => (await asAdmin('GET', `${path}/${id}/saml`)).body.keys;
    const states = async () => (await keysOf()).map((key: { state: string }) => key.state);
    const inMetadata = async () =>
      (await ask('GET', at(`/sso/saml/${id}/metadata`))).text.match(/use="signing"/g)?.length;
    const [first] = await keysOf();
    expect((await asAdmin('DELETE', `${path}/${id}/saml/keys/${first.id}`)).status).toBe(409);
    const announced = await asAdmin('POST', `${path}/${id}/saml/keys`);
    expect([announced.status, announced.body.state]).toEqual([201, 'next']);
    expect([await states(), await inMetadata()]).toEqual([['current', 'next'], 2]);
    expect((await asAdmin('POST', `${path}/${id}/saml/keys`)).status).toBe(409);
    const next = `${path}/${id}/saml/keys/${announced.body.id}`;
    expect((await asAdmin('PUT', next, { state: 'current' })).body.state).toBe('current');
    expect([await states(), await inMetadata()]).toEqual([['former', 'current'], 2]);
    expect((await asAdmin('DELETE', `${path}/${id}/saml/keys/${first.id}`)).status).toBe(204);
    expect([await states(), await inMetadata()]).toEqual([['current'], 1]);
    const events = await server.current.app.site.db
      .selectFrom('audit_events')
      .select('event')
      .where('event', 'like', 'saml-key.%')
      .where('subject_id', '=', Number(id))
      .orderBy('id')
      .execute();
    expect(events.map(({ event }) => event)).toEqual([
      'saml-key.announced',
      'saml-key.used',
      'saml-key.removed',
    ]);
  });

  test('five announcements at once make one second key', async () => {
    const { id } = (await create('Race')).body;
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => asAdmin('POST', `${path}/${id}/saml/keys`)),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await asAdmin('GET', `${path}/${id}/saml`)).body.keys).toHaveLength(2);
  });

  test('H11: no private key stands in the database or in an answer', async () => {
    const { id } = (await create('Sealed')).body;
    const rows = await server.current.app.site.db.selectFrom('saml_keys').selectAll().execute();
    for (const row of rows) {
      expect(row.sealed_key).toMatch(/^v1:[0-9a-f]{12}:/);
      expect(row.sealed_key).not.toContain('PRIVATE');
    }
    const shown = [await asAdmin('GET', `${path}/${id}/saml`), await asAdmin('GET', `${path}/${id}`)];
    for (const { text } of shown) expect(text).not.toMatch(/PRIVATE|v1:/);
    // Nor does one open when it is put beside another certificate.
    const [mine, other] = rows as [(typeof rows)[0], (typeof rows)[0]];
    const moved = { ...mine, sealed_key: other.sealed_key };
    await server.current.app.site.db
      .updateTable('saml_keys')
      .set({ sealed_key: moved.sealed_key })
      .where('id', '=', mine.id)
      .execute();
    const start = await ask('GET', at(`/sso/${mine.provider_id}/start`));
    expect(start.status).toBe(500);
  });

  test('the health page tells of certificates that end within a month', async () => {
    const check = async () => {
      const { body } = await ask('GET', at('/rest/tessera/1/health'), { headers: world.admin.auth });
      return body.checks.find(({ id }: { id: string }) => id === 'single-sign-on');
    };
    const day = 24 * 3_600_000;
    const now = server.current.clock.now();
    const endsIn = async (days: number) =>
      (await makeSelfSigned('IdP', now + (days - 3650) * day)).certificate;
    const made = await create('Corp 2', { certificates: [await endsIn(29), await endsIn(31)] });
    expect((await check()).state).toBe('ok');
    const { settings: before, id } = made.body;
    const change = (more: object) =>
      asAdmin('PUT', `${path}/${id}`, { name: 'Corp 2', settings: before, ...more });
    await change({ settings: { ...before, certificates: [await endsIn(29)] } });
    expect(await check()).toMatchObject({
      state: 'warning',
      text: expect.stringContaining('certificate of Corp 2 ends on'),
    });
    await change({});
    await server.current.app.site.db
      .updateTable('saml_keys')
      .set({ certificate: await endsIn(29) })
      .where('provider_id', '=', Number(id))
      .execute();
    expect((await check()).text).toContain('The key that Corp 2 knows of this site ends on');
    await change({ enabled: false });
    expect((await check()).text).not.toContain('Corp 2');
  });

  test('settings that cannot work are refused by name', async () => {
    const faultsOf = async (more: object) => Object.keys((await create('Faulty', more)).body.errors);
    expect(await faultsOf({ ssoUrl: 'http://idp.example/sso' })).toEqual(['settings.ssoUrl']);
    expect(await faultsOf({ sloUrl: 'javascript:alert(1)' })).toEqual(['settings.sloUrl']);
    expect(await faultsOf({ certificates: ['no certificate'] })).toEqual(['settings.certificates']);
    expect(await faultsOf({ certificates: [] })).toEqual(['settings.certificates']);
    expect(await faultsOf({ entityID: 'x' })).toEqual(['settings.entityID']);
    expect(await faultsOf({ entityId: undefined })).toEqual(['settings.entityId']);
  });

  describe('metadata of a provider', () => {
    const service = (name: string, binding: string, location: string) =>
      `<md:${name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${location}"/>`;
    const entity = (entityId: string, inner?: string) => {
      const base64 = certificate.replace(/-----[^-]+-----/g, '');
      return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityId}">
<!-- as some write it --><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
${service('SingleLogoutService', 'HTTP-Redirect', 'https://idp.example/slo')}
<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
${inner ?? service('SingleSignOnService', 'HTTP-POST', 'https://idp.example/post') + service('SingleSignOnService', 'HTTP-Redirect', 'https://idp.example/sso?a=1&amp;b=2')}
</md:IDPSSODescriptor></md:EntityDescriptor>`;
    };
    const read = (xml: string, entityId?: string) =>
      asAdmin('POST', `${path}/saml-metadata`, { xml, ...(entityId === undefined ? {} : { entityId }) });

    test('becomes settings', async () => {
      const { body } = await read(entity('https://idp.example/entity'));
      expect(body).toEqual({
        settings: {
          entityId: 'https://idp.example/entity',
          ssoUrl: 'https://idp.example/sso?a=1&b=2',
          sloUrl: 'https://idp.example/slo',
          certificates: [certificate],
          nameIdFormat: 'persistent',
        },
      });
      expect((await create('Imported', body.settings)).status).toBe(201);
    });

    test('of several is asked which', async () => {
      const both = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${entity('a')}${entity('b')}</md:EntitiesDescriptor>`;
      expect((await read(both)).body.errors.entityId).toContain('a, b');
      expect((await read(both, 'b')).body.settings.entityId).toBe('b');
      expect((await read(both, 'c')).body.errors.xml).toContain('c');
    });

    test('X2: with a document type, without a redirect binding, or broken, is refused', async () => {
      const bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>';
      expect((await read(bomb + entity('x'))).body.errors.xml).toContain('document type');
      const post = service('SingleSignOnService', 'HTTP-POST', 'https://idp.example/post');
      expect((await read(entity('x', post))).body.errors.xml).toContain('HTTP-Redirect');
      expect((await read('<a><b></a>')).body.errors.xml).toContain('closes a');
      expect((await read('no xml')).body.errors.xml).toContain('text around');
      expect((await read('<a/>')).body.errors.xml).toContain('IDPSSODescriptor');
    });

    test('is read for administrators only', async () => {
      const body = { xml: entity('x') };
      const reply = await ask('POST', at(`${path}/saml-metadata`), { headers: world.fred.auth, body });
      expect(reply.status).toBe(403);
    });
  });
});
