import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../audit/trail.ts';
import type { Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { type Begun, problemOf, SamlSite, sessionOf } from './support/saml-site.ts';
import { makeId, type Said, TestIdp } from './support/test-idp.ts';

const minute = 60_000;

/** Everything that an assertion is held to, each altered or left out alone. */
describe.each(engines)('X4: conditions of a SAML assertion on %s', (engine) => {
  const server = useServer({ engine });
  let idp: TestIdp;
  let site: SamlSite;
  const now = () => server.current.clock.now();
  const users = () =>
    server.current.app.site.db.selectFrom('users').select('id').where('name', 'like', 'x4-%').execute();

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    idp = await TestIdp.create();
    site = await SamlSite.create(server.current, idp);
  });
  beforeEach(() => forgetFailures(server.current));

  const person = () => {
    const name = `x4-${makeId()}`;
    return { nameId: name, attributes: { uid: [name], email: [`${name}@idp.example`] } };
  };

  /** Refused, on record with the reason, and nothing made. */
  const expectRefused = async (change: (visit: Begun) => Partial<Said>, step: string, words: string) => {
    const visit = await site.start();
    const posted = await site.post(site.answer(visit, { ...person(), ...change(visit) }), visit.relayState);
    expect(posted.status).toBe(303);
    const [record] = await recordsOf(server.current, posted);
    expect(record).toMatchObject({ event: 'sign-in.failed', outcome: 'refused', via: 'sso' });
    expect(JSON.parse(record!.detail!)).toMatchObject({ step });
    expect(JSON.parse(record!.detail!).problem).toContain(words);
    const reply = await site.finish(posted, visit.cookie);
    expect(problemOf(reply)).toBe(step);
    expect(sessionOf(reply)).toBeUndefined();
    expect(await users()).toEqual([]);
  };

  const other = 'https://other.example/x';
  test.each<[string, Partial<Said>, string]>([
    ['another audience', { audience: other }, 'Audience'],
    ['no audience', { audience: null }, 'audience'],
    ['another recipient', { recipient: other }, 'Recipient'],
    ['no recipient', { recipient: null }, 'Recipient'],
    ['another destination', { destination: other }, 'Destination'],
    ['no destination', { destination: null }, 'Destination'],
    ['another issuer', { issuer: other }, 'Issuer'],
    ['no issuer of the assertion', { issuer: null }, 'Issuer'],
    ['another issuer of the response', { responseIssuer: other }, 'Issuer'],
    ['no issuer of the response', { responseIssuer: null }, 'Issuer'],
    ['no start', { notBefore: null }, 'NotBefore'],
    ['no end', { notOnOrAfter: null }, 'NotOnOrAfter'],
    ['no conditions', { notBefore: null, notOnOrAfter: null, audience: null }, 'Conditions'],
    ['no end of the confirmation', { confirmedUntil: null }, 'NotOnOrAfter'],
    ['nobody who signed in', { authenticatedAt: null }, 'AuthnStatement'],
    ['no name', { nameId: null }, 'NameID'],
    ['an empty name', { nameId: ' ' }, 'NameID'],
    ['a name of another domain', { nameIdMore: ` NameQualifier="${other}"` }, 'NameQualifier'],
    ['a name for another site', { nameIdMore: ` SPNameQualifier="${other}"` }, 'SPNameQualifier'],
  ])('%s', async (_, change, words) => {
    await expectRefused(() => change, 'saml-answer-invalid', words);
  });

  test.each<[string, Partial<Said>]>([
    ['another request in the response', { responseInResponseTo: '_other' }],
    ['no request in the response', { responseInResponseTo: null }],
    ['another request in the confirmation', { inResponseTo: '_other' }],
    ['no request in the confirmation', { inResponseTo: null }],
    ['no request at all', { inResponseTo: null, responseInResponseTo: null }],
  ])('%s', async (_, change) => {
    await expectRefused(() => change, 'saml-not-asked', 'InResponseTo');
  });

  test('the answer to another open request', async () => {
    const stranger = await site.start();
    const { requestId } = stranger;
    await expectRefused(
      () => ({ inResponseTo: requestId, responseInResponseTo: requestId }),
      'saml-not-asked',
      requestId,
    );
  });

  test.each<[string, (at: number) => Partial<Said>, boolean]>([
    ['begins in 60 s', (at) => ({ notBefore: at + minute }), true],
    ['begins in 60 s and a bit', (at) => ({ notBefore: at + minute + 1 }), false],
    ['ended just under 60 s ago', (at) => ({ notOnOrAfter: at - minute + 1 }), true],
    ['ended 60 s ago', (at) => ({ notOnOrAfter: at - minute }), false],
    ['was confirmed until just under 60 s ago', (at) => ({ confirmedUntil: at - minute + 1 }), true],
    ['was confirmed until 60 s ago', (at) => ({ confirmedUntil: at - minute }), false],
    ['is issued in 60 s', (at) => ({ issuedAt: at + minute }), true],
    ['is issued in 60 s and a bit', (at) => ({ issuedAt: at + minute + 1 }), false],
    ['tells of a sign-in in 60 s', (at) => ({ authenticatedAt: at + minute }), true],
    ['tells of a sign-in in 60 s and a bit', (at) => ({ authenticatedAt: at + minute + 1 }), false],
  ])('clock skew: one that %s', async (_, change, good) => {
    if (!good) return expectRefused(() => change(now()), 'saml-answer-too-late', 'clock here');
    const reply = await site.signIn(change(now()));
    expect(await site.whoIs(reply)).toBe('alice');
  });

  test('one that says a thing twice', async () => {
    const twice = (text: string, pattern: RegExp) => text.replace(pattern, (found) => found + found);
    const doubled = [
      /<saml:Conditions.*<\/saml:Conditions>/,
      /<saml:Subject>.*<\/saml:Subject>/,
      /<saml:NameID.*<\/saml:NameID>/,
      /<saml:Issuer>.*?<\/saml:Issuer>/,
    ];
    for (const pattern of doubled) {
      const again = await site.start();
      const text = twice(idp.assertion(site.said(again, person())), pattern);
      const xml = idp.response(site.said(again), idp.signed(text));
      const reply = await site.bring(xml, again);
      expect([String(pattern), problemOf(reply)]).toEqual([String(pattern), 'saml-answer-invalid']);
    }
  });

  test('a second audience restriction narrows, and a condition that nobody knows refuses', async () => {
    const change = async (from: string, to: string) => {
      const visit = await site.start();
      const text = idp.assertion(site.said(visit, person())).replace(from, to);
      return site.bring(idp.response(site.said(visit), idp.signed(text)), visit);
    };
    const restriction = (uri: string) =>
      `<saml:AudienceRestriction><saml:Audience>${uri}</saml:Audience></saml:AudienceRestriction>`;
    const end = '</saml:Conditions>';
    expect(problemOf(await change(end, restriction(other) + end))).toBe('saml-answer-invalid');
    expect(problemOf(await change(end, `<saml:Condition></saml:Condition>${end}`))).toBe(
      'saml-answer-invalid',
    );
    const more = `</saml:Audience><saml:Audience>${other}</saml:Audience>`;
    expect(problemOf(await change('</saml:Audience>', more))).toBeNull();
    expect(problemOf(await change(end, `<saml:OneTimeUse></saml:OneTimeUse>${end}`))).toBeNull();
  });

  test('a provider that signed nobody in', async () => {
    const visit = await site.start();
    const said = site.said(visit, { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' });
    const posted = await site.post(idp.response(said), visit.relayState);
    const [record] = await recordsOf(server.current, posted);
    expect(JSON.parse(record!.detail!).problem).toContain('status:Responder');
    expect(problemOf(await site.finish(posted, visit.cookie))).toBe('saml-provider-refused');
  });

  test('a clock that runs: an answer is waited for for fifteen minutes', async () => {
    const visit = await site.start();
    server.current.clock.advance(15 * minute + 1);
    const reply: Reply = await site.post(site.answer(visit, person()), visit.relayState);
    expect(problemOf(reply)).toBe('saml-not-asked');
  });
});
