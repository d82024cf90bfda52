import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { webSession } from '../../audit/trail.ts';
import { sessionOf } from '../../single-sign-on/support/saml-site.ts';
import { wrappedAssertions, wrappedResponses } from '../../single-sign-on/support/wrapping.ts';
import { ask, askForm, type Reply } from '../../support/client.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { type Behaviour, formOf, Pysaml2 } from './support/pysaml2.ts';

/** A provider that is not ours, on another library, with signatures and encryption by xmlsec1. */
describe('signing in through pysaml2', () => {
  const server = useServer({ engine: 'sqlite' });
  let idp: Pysaml2;
  let admin: Record<string, string>;
  let id: string;
  const at = (path: string) => `${server.current.url}${path}`;
  const providers = '/rest/tessera/1/identity-providers';
  const origin = () => ({ Origin: new URL(server.current.url).origin });

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    idp = await Pysaml2.start();
    admin = await webSession(server.current, 'admin', 'admin');
    // As an administrator does it: their metadata here, ours there.
    const xml = await idp.get('/metadata');
    const read = await ask('POST', at(`${providers}/saml-metadata`), { headers: admin, body: { xml } });
    expect(read.status).toBe(200);
    const settings = { ...read.body.settings, wantsEncryption: true };
    const accountRules = { attributes: { groups: 'groups' } };
    const body = { kind: 'saml', name: 'pysaml2', enabled: true, settings, accountRules };
    const made = await ask('POST', at(providers), { headers: admin, body });
    expect(made.status).toBe(201);
    id = made.body.id;
    await introduce();
  }, 180_000);
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => idp?.stop());

  const introduce = async () => idp.knows((await ask('GET', at(`/sso/saml/${id}/metadata`))).text);
  const start = async () => {
    const reply = await ask('GET', at(`/sso/${id}/start`));
    const cookie = reply.headers.getSetCookie()[0]!.split(';')[0]!;
    const { fields } = formOf(await idp.get(reply.headers.get('location')!));
    return { cookie, fields };
  };
  const post = async ({ fields, cookie }: { fields: Record<string, string>; cookie: string }) => {
    const posted = await askForm(at(`/sso/saml/${id}/acs`), fields);
    return ask('GET', posted.headers.get('location')!, { headers: { Cookie: cookie } });
  };
  const whoIs = async (reply: Reply) => {
    const session = sessionOf(reply);
    return session && (await ask('GET', at('/rest/api/2/myself'), { headers: session })).body.name;
  };
  const problemOf = (reply: Reply) => new URL(reply.headers.get('location')!).searchParams.get('problem');
  const tina = {
    user: 'tina-1',
    attributes: {
      uid: 'tina',
      mail: 'tina@peer.example',
      displayName: 'Tina T. <&>',
      groups: ['Staff', 'Others'],
    },
  };

  test.each<[string, Omit<Behaviour, 'user'>]>([
    ['a signed assertion', { sign_assertion: true }],
    ['a signed response', { sign_assertion: false, sign_response: true }],
    ['both signed', { sign_assertion: true, sign_response: true }],
    ['an encrypted assertion, signed inside', { sign_assertion: true, cipher: 'aes-256-gcm' }],
    [
      'an encrypted assertion, signed outside',
      { sign_assertion: false, sign_response: true, cipher: 'aes-128-gcm' },
    ],
    ['AES-CBC, signed outside', { sign_assertion: true, sign_response: true, cipher: 'aes-256-cbc' }],
  ])('with %s', async (_, how) => {
    await idp.behaves({ ...tina, ...how });
    const reply = await post(await start());
    expect([problemOf(reply), await whoIs(reply)]).toEqual([null, 'tina']);
    const { body } = await ask('GET', at('/rest/api/2/myself'), { headers: sessionOf(reply)! });
    expect(body).toMatchObject({ emailAddress: 'tina@peer.example', displayName: 'Tina T. <&>' });
  });

  test('the request is refused by the provider when it was changed', async () => {
    const reply = await ask('GET', at(`/sso/${id}/start`));
    const location = reply.headers.get('location')!;
    await expect(idp.get(location.replace('RelayState=', 'RelayState=x'))).rejects.toThrow();
    await expect(idp.get(location)).resolves.toContain('SAMLResponse');
  });

  test.each<[string, Omit<Behaviour, 'user'>]>([
    ['a signature with SHA-1', { sign_alg: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }],
    ['a digest with SHA-1', { digest_alg: 'http://www.w3.org/2000/09/xmldsig#sha1' }],
    ['AES-CBC, signed inside', { sign_assertion: true, cipher: 'aes-256-cbc' }],
  ])('X3: not with %s', async (_, how) => {
    await idp.behaves({ ...tina, ...how });
    const reply = await post(await start());
    expect([problemOf(reply), sessionOf(reply)]).toEqual(['saml-answer-invalid', undefined]);
  });

  test('X1: its responses, wrapped, say nothing about anybody else', async () => {
    await idp.behaves({ user: 'mallory-1', attributes: { uid: 'mallory', mail: 'mallory@peer.example' } });
    const wrap = async (
      wrapped: typeof wrappedAssertions,
      how: { sign_assertion: boolean; sign_response: boolean },
    ) => {
      await idp.behaves({
        user: 'mallory-1',
        attributes: { uid: 'mallory', mail: 'mallory@peer.example' },
        ...how,
      });
      const count = wrapped(await xmlOf(await start()), 'tina-1').length;
      for (let n = 0; n < count; n++) {
        const visit = await start();
        const [name, xml] = wrapped(await xmlOf(visit), 'tina-1')[n]!;
        const SAMLResponse = Buffer.from(xml).toString('base64');
        const reply = await post({ ...visit, fields: { ...visit.fields, SAMLResponse } });
        expect([name, problemOf(reply), sessionOf(reply)]).toEqual([name, 'saml-answer-invalid', undefined]);
      }
    };
    const xmlOf = async ({ fields }: { fields: Record<string, string> }) =>
      Buffer.from(fields.SAMLResponse!, 'base64').toString();
    await wrap(wrappedAssertions, { sign_assertion: true, sign_response: false });
    await wrap(wrappedAssertions, { sign_assertion: true, sign_response: true });
    await wrap(wrappedResponses, { sign_assertion: false, sign_response: true });
    expect(await whoIs(await post(await start()))).toBe('mallory');
  });

  test('our key changes in three steps without a failed sign-in', async () => {
    const keys = `${providers}/${id}/saml/keys`;
    const works = async () => {
      await idp.behaves({ ...tina, sign_response: true, cipher: 'aes-256-gcm' });
      return whoIs(await post(await start()));
    };
    const before = (await ask('GET', at(`${providers}/${id}/saml`), { headers: admin })).body.keys[0].id;
    const next = (await ask('POST', at(keys), { headers: admin })).body.id;
    await introduce();
    expect(await works()).toBe('tina');
    await ask('PUT', at(`${keys}/${next}`), { headers: admin, body: { state: 'current' } });
    expect(await works()).toBe('tina');
    expect((await ask('DELETE', at(`${keys}/${before}`), { headers: admin })).status).toBe(204);
    await introduce();
    expect(await works()).toBe('tina');
  });

  test('signing out here signs out there, and comes back', async () => {
    await idp.behaves(tina);
    const session = sessionOf(await post(await start()))!;
    const out = await ask('DELETE', at('/rest/tessera/1/session'), { headers: { ...session, ...origin() } });
    expect(out.status).toBe(200);
    const answered = await fetch(out.body.location, { redirect: 'manual' });
    expect([answered.status, await answered.text()]).toEqual([302, '']);
    const { ended } = JSON.parse(await idp.get('/last'));
    expect(ended.name_id).toBe('tina-1');
    expect(ended.session_index).toHaveLength(1);
    const back = await ask('GET', answered.headers.get('location')!);
    expect(back.headers.get('location')).toBe(at('/sign-in'));
  });

  test('signing out there ends the session here, and is answered', async () => {
    await idp.behaves(tina);
    const session = sessionOf(await post(await start()))!;
    const isAlive = async () =>
      (await ask('GET', at('/rest/api/2/myself'), { headers: session })).status === 200;
    expect(await isAlive()).toBe(true);
    const reply = await ask('GET', await idp.get('/forget'));
    expect(await isAlive()).toBe(false);
    const location = new URL(reply.headers.get('location')!);
    expect(location.origin + location.pathname).toBe(`${idp.url}/slo`);
    expect(location.searchParams.get('RelayState')).toBe('relayed');
  });
});
