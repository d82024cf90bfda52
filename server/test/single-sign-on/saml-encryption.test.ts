import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../audit/trail.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { type Encryption, encrypted } from './support/encrypt.ts';
import { type Begun, problemOf, SamlSite } from './support/saml-site.ts';
import { TestIdp } from './support/test-idp.ts';
import { wrappedAssertions } from './support/wrapping.ts';

describe.each(engines)('encrypted SAML assertions on %s', (engine) => {
  const server = useServer({ engine });
  let idp: TestIdp;
  let site: SamlSite;
  let certificate: string;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    idp = await TestIdp.create();
    site = await SamlSite.create(server.current, idp, { settings: { wantsEncryption: true } });
    [{ certificate }] = await keys();
  });
  beforeEach(() => forgetFailures(server.current));

  const path = (more = '') => `/rest/tessera/1/identity-providers/${site.id}/saml${more}`;
  const keys = async () => (await ask('GET', site.at(path()), { headers: site.admin })).body.keys;

  /** With a signed assertion in it; the response is signed as well when `outer` says so. */
  const answer = (visit: Begun, how: Partial<Encryption> = {}, { inner = true, outer = false } = {}) => {
    const said = site.said(visit);
    const plain = idp.assertion(said);
    const cipher = encrypted(inner ? idp.signed(plain) : plain, { certificate, ...how });
    const response = idp.response(said, cipher);
    return outer ? idp.signed(response) : response;
  };
  const bring = async (how?: Partial<Encryption>, signed?: { inner?: boolean; outer?: boolean }) => {
    const visit = await site.start();
    const posted = await site.post(answer(visit, how, signed), visit.relayState);
    const [record] = await recordsOf(server.current, posted);
    const reply = await site.finish(posted, visit.cookie);
    return {
      who: await site.whoIs(reply),
      step: problemOf(reply),
      problem: record?.event === 'sign-in.failed' ? JSON.parse(record.detail!).problem : undefined,
    };
  };

  test('are read, with every cipher and key transport that providers use', async () => {
    const ways: Partial<Encryption>[] = [
      {},
      { cipher: 'aes-128-gcm' },
      { transport: 'rsa-oaep', hash: 'sha256' },
      { transport: 'rsa-oaep' },
      { keyBeside: true },
    ];
    for (const how of ways) expect([how, (await bring(how)).who]).toEqual([how, 'alice']);
    expect((await bring({}, { inner: false, outer: true })).who).toBe('alice');
    expect((await bring({ cipher: 'aes-256-cbc' }, { inner: true, outer: true })).who).toBe('alice');
    const metadata = await ask('GET', site.entityId);
    expect(metadata.text).toContain('use="encryption"');
  });

  test('are opened by each of our keys while one is replaced, and not by one that is gone', async () => {
    const [first] = await keys();
    const next = (await ask('POST', site.at(path('/keys')), { headers: site.admin })).body;
    expect((await bring({ certificate: next.certificate })).who).toBe('alice');
    const use = { headers: site.admin, body: { state: 'current' } };
    await ask('PUT', site.at(path(`/keys/${next.id}`)), use);
    expect((await bring({ certificate: first.certificate })).who).toBe('alice');
    await ask('DELETE', site.at(path(`/keys/${first.id}`)), { headers: site.admin });
    expect((await bring({ certificate: first.certificate })).problem).toContain('none of the keys');
    certificate = next.certificate;
    expect((await bring()).who).toBe('alice');
  });

  test('are refused without a signature, inside or outside', async () => {
    expect(await bring({}, { inner: false })).toMatchObject({ step: 'saml-answer-invalid' });
    const visit = await site.start();
    const said = site.said(visit);
    const stranger = await TestIdp.create(idp.entityId);
    const theirs = encrypted(stranger.signed(stranger.assertion(said)), { certificate });
    expect(problemOf(await site.bring(idp.response(said, theirs), visit))).toBe('saml-answer-invalid');
  });

  test('are refused with a cipher that hides changes, unless a signature covers it', async () => {
    for (const cipher of ['aes-128-cbc', 'aes-256-cbc'] as const) {
      expect((await bring({ cipher })).problem).toContain('AES-CBC');
    }
    expect((await bring({ transport: 'rsa-1_5' }, { outer: true })).problem).toContain('RSA-OAEP');
    expect((await bring({ transport: 'rsa-oaep', hash: 'sha256', mask: 'sha1' })).problem).toContain(
      'one hash',
    );
  });

  test('that were changed, cut or are for somebody else say one and the same', async () => {
    const flip = (at: number) => (bytes: Buffer) => {
      const changed = Buffer.from(bytes);
      changed[at < 0 ? bytes.length + at : at]! ^= 1;
      return changed;
    };
    const broken: Partial<Encryption>[] = [
      { change: flip(0) },
      { change: flip(20) },
      { change: flip(-1) },
      { change: (bytes) => bytes.subarray(0, -1) },
      { change: (bytes) => bytes.subarray(0, 10) },
      { change: () => Buffer.alloc(0) },
    ];
    const said = new Set<string>();
    for (const how of broken) said.add((await bring(how)).problem);
    expect([...said]).toEqual(['The assertion cannot be decrypted.']);
    const stranger = await TestIdp.create();
    expect((await bring({ certificate: stranger.certificate })).problem).toContain('none of the keys');
  });

  test('X1, X2: what comes out is held to the same as what comes in the open', async () => {
    const visit = await site.start();
    const said = site.said(visit, { nameId: 'mallory' });
    const put = async (inner: string) => {
      const again = await site.start();
      const response = idp.response(site.said(again), encrypted(inner, { certificate }));
      const posted = await site.post(response, again.relayState);
      const [record] = await recordsOf(server.current, posted);
      return JSON.parse(record!.detail!).problem as string;
    };
    const signed = idp.signed(idp.assertion(said));
    expect(await put(`<!DOCTYPE x [<!ENTITY a "b">]>${signed}`)).toContain('document type');
    expect(await put(signed.replace('mallory', 'ali<!-- -->ce'))).toContain('comment');
    expect(await put(signed + signed)).toContain('more than one root');
    expect(await put(idp.response(said, signed))).toContain('no assertion');
    expect(await put('no XML')).toContain('text around');
    const [, evil] = wrappedAssertions(idp.response(said, signed), 'alice').find(([name]) =>
      name.startsWith('XSW4'),
    )!;
    const [inner] = /<saml:Assertion.*<\/saml:Assertion>/s.exec(evil)!;
    expect(await put(inner)).toContain('A signature stands where none belongs');
    const both = await site.start();
    const two = site.said(both);
    const beside = idp.response(two, encrypted(signed, { certificate }), idp.assertion(two));
    expect(problemOf(await site.bring(beside, both))).toBe('saml-answer-invalid');
  });
});
