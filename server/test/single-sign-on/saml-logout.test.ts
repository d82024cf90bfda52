import { createSign, createVerify, X509Certificate } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../audit/trail.ts';
import { ask, askForm, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';
import { problemOf, SamlSite, sessionOf } from './support/saml-site.ts';
import { escapedText, makeId, TestIdp } from './support/test-idp.ts';

const minute = 60_000;

describe.each(engines)('single logout on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let idp: TestIdp;
  let site: SamlSite;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    idp = await TestIdp.create();
    site = await SamlSite.create(server.current, idp);
  });
  beforeEach(() => forgetFailures(server.current));

  const isAlive = async (session: Record<string, string>) =>
    (await ask('GET', site.at('/rest/api/2/myself'), { headers: session })).status === 200;
  const session = async (nameId: string, sessionIndex: string) =>
    sessionOf(
      await site.signIn({
        nameId,
        sessionIndex,
        attributes: { uid: [nameId], email: [`${nameId}@idp.example`] },
      }),
    )!;

  interface Wanted {
    nameId: string;
    sessionIndex: string | null;
    issuer: string;
    destination: string | null;
    issuedAt: number;
    notOnOrAfter: number | null;
    id: string;
    more: string;
  }
  const logoutRequest = (wanted: Partial<Wanted> & { nameId: string }) => {
    const said: Wanted = {
      sessionIndex: null,
      issuer: idp.entityId,
      destination: site.slo,
      issuedAt: server.current.clock.now(),
      notOnOrAfter: null,
      id: makeId(),
      more: '',
      ...wanted,
    };
    const iso = (at: number) => new Date(at).toISOString();
    return [
      `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"`,
      said.destination === null ? '' : ` Destination="${said.destination}"`,
      ` ID="${said.id}" IssueInstant="${iso(said.issuedAt)}"`,
      said.notOnOrAfter === null ? '' : ` NotOnOrAfter="${iso(said.notOnOrAfter)}"`,
      ` Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${escapedText(said.issuer)}</saml:Issuer>`,
      `<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${said.nameId}</saml:NameID>`,
      said.sessionIndex === null ? '' : `<samlp:SessionIndex>${said.sessionIndex}</samlp:SessionIndex>`,
      `${said.more}</samlp:LogoutRequest>`,
    ].join('');
  };
  const signedQuery = (
    xml: string,
    {
      name = 'SAMLRequest',
      key = idp.made.privateKey,
      hash = 'SHA256',
      algorithm = `http://www.w3.org/2001/04/xmldsig-more#rsa-${hash.toLowerCase()}`,
      relayState = undefined as string | undefined,
    } = {},
  ) => {
    const parts = [`${name}=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`];
    if (relayState !== undefined) parts.push(`RelayState=${encodeURIComponent(relayState)}`);
    parts.push(`SigAlg=${encodeURIComponent(algorithm)}`);
    const signature = createSign(`RSA-${hash}`).update(parts.join('&')).sign(key, 'base64');
    return `${parts.join('&')}&Signature=${encodeURIComponent(signature)}`;
  };
  const byRedirect = (query: string) => ask('GET', `${site.slo}?${query}`);
  const messageIn = (address: string, name: string) =>
    inflateRawSync(Buffer.from(new URL(address).searchParams.get(name)!, 'base64')).toString();

  const expectRefused = async (name: string, reply: Reply, alive: Record<string, string>) => {
    expect([name, reply.status, problemOf(reply)]).toEqual([name, 303, 'saml-sign-out-refused']);
    const [record] = await recordsOf(server.current, reply);
    expect([name, record?.event, record?.outcome]).toEqual([name, 'session.ended', 'refused']);
    expect([name, await isAlive(alive)]).toEqual([name, true]);
  };

  test('signing out here sends a signed request to sign out there', async () => {
    const mine = await session('alice', '_index1');
    const reply = await ask('DELETE', site.at('/rest/tessera/1/session'), {
      headers: { ...mine, Origin: new URL(site.at('')).origin },
    });
    expect(reply.status).toBe(200);
    expect(await isAlive(mine)).toBe(false);
    const { location } = reply.body;
    expect(location.startsWith(`${idp.sloUrl}?SAMLRequest=`)).toBe(true);
    const xml = messageIn(location, 'SAMLRequest');
    expect(xml).toContain('>alice</saml:NameID>');
    expect(xml).toContain('<samlp:SessionIndex>_index1</samlp:SessionIndex>');
    const [signed, signature] = location.split('?')[1].split('&Signature=');
    const { body } = await ask('GET', site.at(`/rest/tessera/1/identity-providers/${site.id}/saml`), {
      headers: site.admin,
    });
    const { publicKey } = new X509Certificate(body.keys[0].certificate);
    const verify = createVerify('RSA-SHA256').update(signed);
    expect(verify.verify(publicKey, decodeURIComponent(signature), 'base64')).toBe(true);
  });

  test('the sign-out form goes there as well; whoever signed in by password stays here', async () => {
    const mine = await session('alice', '_index2');
    const page = await ask('GET', site.at('/logout'), { headers: mine });
    const [, token] = /name="atl_token" value="([^"]+)"/.exec(page.text)!;
    const reply = await askForm(
      site.at('/logout'),
      { atl_token: token! },
      { ...mine, Origin: new URL(site.at('')).origin },
    );
    expect(reply.headers.get('refresh')).toContain(`0;url=${idp.sloUrl}?SAMLRequest=`);
    expect(await isAlive(mine)).toBe(false);
    const fred = await ask('POST', site.at('/rest/tessera/1/session'), {
      body: { username: 'fred', password: world.fred.password },
    });
    const headers = { ...sessionOf(fred)!, Origin: new URL(site.at('')).origin };
    expect((await ask('DELETE', site.at('/rest/tessera/1/session'), { headers })).status).toBe(204);
  });

  test('the provider ends the session that it names, by redirect and by form, and is answered', async () => {
    const [first, second, third] = [
      await session('bob', '_a'),
      await session('bob', '_b'),
      await session('carol', '_c'),
    ];
    const id = makeId();
    const one = await byRedirect(
      signedQuery(logoutRequest({ nameId: 'bob', sessionIndex: '_a', id }), { relayState: 'theirs' }),
    );
    expect(await Promise.all([first, second, third].map(isAlive))).toEqual([false, true, true]);
    const location = one.headers.get('location')!;
    expect(location.startsWith(`${idp.sloUrl}?SAMLResponse=`)).toBe(true);
    expect(new URL(location).searchParams.get('RelayState')).toBe('theirs');
    expect(messageIn(location, 'SAMLResponse')).toContain(`InResponseTo="${id}"`);
    expect(messageIn(location, 'SAMLResponse')).toContain('status:Success');
    const [record] = await recordsOf(server.current, one);
    expect(record).toMatchObject({ event: 'session.ended', outcome: 'ok', subject_type: 'user' });
    expect(JSON.parse(record!.detail!)).toMatchObject({ subject: 'bob', count: 1 });
    // Without a name for the session: all of the person.
    const all = idp.signed(logoutRequest({ nameId: 'bob' }));
    await askForm(site.slo, { SAMLRequest: Buffer.from(all).toString('base64') });
    expect(await Promise.all([second, third].map(isAlive))).toEqual([false, true]);
  });

  test('what the provider did not sign, or not for here and now, ends nothing', async () => {
    const mine = await session('dora', '_d');
    const stranger = await TestIdp.create();
    const dora = { nameId: 'dora' };
    const now = server.current.clock.now();
    const good = logoutRequest(dora);
    const queries: Record<string, string> = {
      'no signature': `SAMLRequest=${encodeURIComponent(deflateRawSync(good).toString('base64'))}`,
      'a signature of a stranger': signedQuery(good, { key: stranger.made.privateKey }),
      'a signature with SHA-1': signedQuery(good, {
        hash: 'SHA1',
        algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
      }),
      'an algorithm of Object': signedQuery(good, { algorithm: 'constructor' }),
      'a RelayState that was not signed': `${signedQuery(good)}&RelayState=x`,
      'another message beside it': `${signedQuery(good)}&SAMLResponse=x`,
      'the message twice': `${signedQuery(good)}&SAMLRequest=x`,
      'another issuer': signedQuery(logoutRequest({ ...dora, issuer: stranger.entityId })),
      'another destination': signedQuery(logoutRequest({ ...dora, destination: site.acs })),
      'no destination': signedQuery(logoutRequest({ ...dora, destination: null })),
      'an old request': signedQuery(logoutRequest({ ...dora, issuedAt: now - 6 * minute })),
      'a request of the future': signedQuery(logoutRequest({ ...dora, issuedAt: now + minute + 1 })),
      'a request that ran out': signedQuery(logoutRequest({ ...dora, notOnOrAfter: now - minute })),
      'a document type': signedQuery(`<!DOCTYPE x>${good}`),
      'a comment in the name': signedQuery(logoutRequest({ nameId: 'dora<!-- -->x' })),
      'two names': signedQuery(good.replace(/<saml:NameID.*<\/saml:NameID>/, (one) => one + one)),
      'a bomb of zeros': signedQuery(`${good}${' '.repeat(10_000_000)}`),
      'an empty message': 'SAMLRequest=&SigAlg=x&Signature=x',
      'an assertion': signedQuery(idp.assertion(site.said(undefined, dora))),
    };
    for (const [name, query] of Object.entries(queries)) {
      await expectRefused(name, await byRedirect(query), mine);
    }
    const forms: Record<string, string> = {
      'no signature, by form': good,
      'a signature of a stranger, by form': stranger.signed(good),
      'another request by form': idp
        .signed(logoutRequest({ nameId: 'nobody' }))
        .replace('>nobody<', '>dora<'),
    };
    for (const [name, xml] of Object.entries(forms)) {
      const SAMLRequest = Buffer.from(xml).toString('base64');
      await expectRefused(name, await askForm(site.slo, { SAMLRequest }), mine);
    }
  });

  test('X5: a logout request counts once', async () => {
    const first = await session('erin', '_e1');
    const query = signedQuery(logoutRequest({ nameId: 'erin' }));
    await byRedirect(query);
    expect(await isAlive(first)).toBe(false);
    const second = await session('erin', '_e2');
    await expectRefused('again', await byRedirect(query), second);
  });

  test('the answer to our request leads to the sign-in page, and says when it was not complete', async () => {
    const response = (code: string, inner = '') =>
      `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${site.slo}" ID="${makeId()}" InResponseTo="_x" IssueInstant="${new Date().toISOString()}" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${idp.entityId}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}">${inner}</samlp:StatusCode></samlp:Status></samlp:LogoutResponse>`;
    const place = async (xml: string) =>
      (await byRedirect(signedQuery(xml, { name: 'SAMLResponse' }))).headers.get('location');
    expect(await place(response('Success'))).toBe(site.at('/sign-in'));
    const partial =
      '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"></samlp:StatusCode>';
    expect(await place(response('Success', partial))).toContain('problem=saml-sign-out-partial');
    expect(await place(response('Responder'))).toContain('problem=saml-sign-out-partial');
    // It ends nothing, so one that is not signed only leads there.
    const unsigned = encodeURIComponent(deflateRawSync(response('Responder')).toString('base64'));
    const reply = await byRedirect(`SAMLResponse=${unsigned}`);
    expect(reply.headers.get('location')).toBe(site.at('/sign-in'));
    expect(await recordsOf(server.current, reply)).toEqual([]);
  });
});
