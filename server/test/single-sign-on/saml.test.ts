import { createVerify, X509Certificate } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { webSession } from '../audit/trail.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';
import { type Begun, problemOf, SamlSite, sessionOf } from './support/saml-site.ts';
import { TestIdp } from './support/test-idp.ts';

const microsoft = 'http://schemas.microsoft.com';
const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

describe.each(engines)('signing in through SAML on %s', (engine) => {
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

  const account = async (name: string) => {
    const { body } = await ask('GET', site.at(`/rest/api/2/user?username=${name}&expand=groups`), {
      headers: world.admin.auth,
    });
    const groups = body.groups.items.map((group: { name: string }) => group.name);
    return { email: body.emailAddress, displayName: body.displayName, groups };
  };
  /** What a test sign-in shows to the administrator. */
  const tested = async (at: SamlSite, make: (visit: Begun) => string) => {
    const visit = await at.visit('test', at.admin);
    const finished = await at.finish(await at.post(make(visit), visit.relayState), visit.cookie);
    const ticket = new URL(finished.headers.get('location')!).searchParams.get('test');
    const path = `/rest/tessera/1/identity-providers/${at.id}/tests/${ticket}`;
    return (await ask('GET', at.at(path), { headers: at.admin })).body;
  };

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
    const { publicKey } = new X509Certificate(body.keys[0].certificate);
    const verify = createVerify('RSA-SHA256').update(signed);
    expect(verify.verify(publicKey, decodeURIComponent(signature), 'base64')).toBe(true);
  });

  test('a newcomer gets an account, with a signed assertion, a signed response, or both', async () => {
    const visit = await site.start('/browse/PUB-1');
    const first = await site.bring(site.answer(visit), visit);
    expect([first.status, first.headers.get('location')]).toEqual([302, site.at('/browse/PUB-1')]);
    expect(await site.whoIs(first)).toBe('alice');
    expect(await account('alice')).toEqual({
      email: 'alice@idp.example',
      displayName: 'Alice A.',
      groups: ['jira-software-users'],
    });
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

  test('the answer counts in the browser that asked: nobody is signed in as somebody else by a link', async () => {
    const attackers = await site.start();
    const posted = await site.post(site.answer(attackers), attackers.relayState);
    expect(sessionOf(posted)).toBeUndefined();
    const victims = await site.start();
    expect(problemOf(await site.finish(posted, victims.cookie))).toBe('sso-other-browser');
    expect(problemOf(await site.finish(posted, ''))).toBe('sso-other-browser');
  });

  test('X6: a person is the provider’s name for them, never an address', async () => {
    const [first, second] = [await TestIdp.create(), await TestIdp.create()];
    const [one, two] = [
      await SamlSite.create(server.current, first),
      await SamlSite.create(server.current, second),
    ];
    const attributes = { uid: ['gina'], email: ['gina@idp.example'] };
    expect(await one.whoIs(await one.signIn({ nameId: 'g1', attributes }))).toBe('gina');
    // Another name there is another person, whatever the address; and so is the same name elsewhere.
    expect(problemOf(await one.signIn({ nameId: 'g2', attributes }))).toBe('sso-account-not-linked');
    expect(problemOf(await two.signIn({ nameId: 'g1', attributes }))).toBe('sso-account-not-linked');
    const fred = { uid: ['x'], email: [world.fred.email] };
    expect(problemOf(await one.signIn({ nameId: 'f', attributes: fred }))).toBe('sso-account-not-linked');
    // The same person under a new address stays the same.
    const moved = { uid: ['gina'], email: ['gina@new.example'] };
    expect(await one.whoIs(await one.signIn({ nameId: 'g1', attributes: moved }))).toBe('gina');
    expect((await account('gina')).email).toBe('gina@new.example');
  });

  test('a name that changes each time is refused, and told to the administrator', async () => {
    const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
    expect(problemOf(await site.signIn({ nameIdFormat }))).toBe('saml-no-lasting-name');
    const shown = await tested(site, (visit) => site.answer(visit, { nameIdFormat }));
    expect(shown).toMatchObject({ outcome: 'refused', step: 'saml-no-lasting-name' });
    expect(shown.problem).toContain('transient');
  });

  test('attributes are found by their usual names, by those of the rules, and by friendly ones', async () => {
    const shown = async (at: SamlSite, attributes: Record<string, string[]>, change = (xml: string) => xml) =>
      (
        await tested(at, (visit) => {
          const said = at.said(visit, { attributes });
          return at.idp.response(said, at.idp.signed(change(at.idp.assertion(said))));
        })
      ).person;
    const entra = {
      [`${claims}/name`]: ['hal@corp.example'],
      [`${claims}/emailaddress`]: ['hal@corp.example'],
      [`${claims}/givenname`]: ['Hal'],
      [`${claims}/surname`]: ['H'],
      [`${microsoft}/ws/2008/06/identity/claims/groups`]: ['g1', 'g2'],
    };
    expect(await shown(site, entra)).toMatchObject({
      email: 'hal@corp.example',
      displayName: 'Hal H',
      groups: ['g1', 'g2'],
    });
    const keycloak = { uid: ['hal'], 'urn:oid:1.2.840.113549.1.9.1': ['h@x.example'] };
    expect(await shown(site, keycloak)).toMatchObject({ userName: 'hal', email: 'h@x.example' });
    const own = await SamlSite.create(server.current, idp, {
      accountRules: { attributes: { userName: 'n', email: 'e', displayName: 'd', groups: 'g' } },
    });
    const odd = {
      n: ['ida'],
      e: ['i@x.example'],
      d: ['Ida'],
      g: ['G'],
      uid: ['no'],
      email: ['no@x.example'],
    };
    expect(await shown(own, odd)).toEqual({
      subject: 'alice',
      userName: 'ida',
      email: 'i@x.example',
      displayName: 'Ida',
      groups: ['G'],
    });
    // Once an administrator has said which one it is, silence about groups means none.
    expect((await shown(own, { n: ['ida'] })).groups).toEqual([]);
    expect((await shown(site, { uid: ['ida'] })).groups).toBeUndefined();
    const tooMany = { [`${microsoft}/claims/groups.link`]: ['https://graph.example'] };
    expect((await shown(own, tooMany)).groups).toBeUndefined();
    const friendly = (xml: string) => xml.replace('Name="urn:x"', 'FriendlyName="mail" Name="urn:x"');
    expect(await shown(site, { 'urn:x': ['f@x.example'] }, friendly)).toMatchObject({ email: 'f@x.example' });
    const emailName = await tested(site, (visit) =>
      site.answer(visit, {
        nameId: 'kim@x.example',
        nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
        attributes: {},
      }),
    );
    expect(emailName.person).toMatchObject({ subject: 'kim@x.example', email: 'kim@x.example' });
  });

  test('attribute names of the language are names like others', async () => {
    const shown = await tested(site, (visit) =>
      site.answer(visit, {
        attributes: { constructor: ['c'], toString: ['t'], uid: ['kit'], email: ['kit@x.example'] },
      }),
    );
    expect(shown.attributes).toMatchObject({ constructor: ['c'], toString: ['t'] });
    expect(shown.person.userName).toBe('kit');
  });

  test('groups follow the provider', async () => {
    const at = await SamlSite.create(server.current, idp, {
      accountRules: {
        joins: [],
        attributes: { groups: 'groups' },
        groups: [{ theirs: 'Staff', ours: 'jira-software-users' }],
      },
    });
    const lena = { uid: ['lena'], email: ['lena@idp.example'] };
    await at.signIn({ nameId: 'lena', attributes: { ...lena, groups: ['Staff', 'Other'] } });
    expect((await account('lena')).groups).toEqual(['jira-software-users']);
    await at.signIn({ nameId: 'lena', attributes: lena });
    expect((await account('lena')).groups).toEqual([]);
  });

  test('“test this” shows what came back and changes nothing', async () => {
    const shown = await tested(site, (visit) =>
      site.answer(visit, {
        nameId: 'mona',
        attributes: { uid: ['mona'], email: ['mona@idp.example'], displayName: ['Mona'] },
      }),
    );
    expect(shown).toMatchObject({
      outcome: 'understood',
      person: { subject: 'mona', userName: 'mona' },
      attributes: { displayName: ['Mona'] },
      wouldDo: { does: 'create', account: { name: 'mona' } },
    });
    const users = await server.current.app.site.db
      .selectFrom('users')
      .select('id')
      .where('name', '=', 'mona')
      .execute();
    expect(users).toEqual([]);
    const wrong = await tested(site, (visit) => site.answer(visit, { audience: 'https://other.example' }));
    expect(wrong).toMatchObject({ outcome: 'refused', step: 'saml-answer-invalid' });
    expect(wrong.problem).toContain('https://other.example');
  });

  test('administrator access is confirmed by a sign-in that the provider is forced to ask for', async () => {
    const { user } = await addAccount(server.current, 'nils', { groups: [builtIn.groups.administrators] });
    const mine = await webSession(server.current, 'nils', 'nils');
    const link = await site.visit('link', mine);
    const linked = await site.post(site.answer(link, { nameId: 'nils' }), link.relayState);
    await site.finish(linked, link.cookie, mine.Cookie);
    const signedIn = sessionOf(await site.signIn({ nameId: 'nils', attributes: {} }))!;
    const headers = { ...signedIn, Origin: new URL(site.at('')).origin };
    expect((await ask('GET', site.at('/rest/api/2/myself'), { headers })).body.name).toBe(user.name);
    const confirm = async (authenticatedAt: number, nameId = 'nils') => {
      const visit = await site.visit('confirm', headers);
      expect(visit.xml).toContain('ForceAuthn="true"');
      const posted = await site.post(site.answer(visit, { nameId, authenticatedAt }), visit.relayState);
      return site.finish(posted, visit.cookie, signedIn.Cookie);
    };
    const now = server.current.clock.now();
    expect(problemOf(await confirm(now - 6 * 60_000))).toBe('sso-not-fresh');
    expect(problemOf(await confirm(now, 'alice'))).toBe('sso-somebody-else');
    const risen = await confirm(now);
    expect(problemOf(risen)).toBeNull();
    const body = { siteTitle: 'Tessera' };
    const change = await ask('PUT', site.at('/rest/tessera/1/settings'), {
      headers: { ...sessionOf(risen)!, Origin: headers.Origin },
      body,
    });
    expect(change.status).toBe(200);
  });

  test('while the provider changes its key both certificates count; one that is taken out counts no more', async () => {
    const next = await TestIdp.create(idp.entityId);
    const at = await SamlSite.create(server.current, idp);
    const path = `/rest/tessera/1/identity-providers/${at.id}`;
    const certificates = async (...wanted: TestIdp[]) => {
      const { body } = await ask('GET', at.at(path), { headers: at.admin });
      const settings = { ...body.settings, certificates: wanted.map((one) => one.certificate) };
      const reply = await ask('PUT', at.at(path), { headers: at.admin, body: { name: body.name, settings } });
      expect(reply.status).toBe(200);
    };
    const signedWith = async (key: string) => {
      const visit = await at.start();
      const attributes = { uid: ['olaf'], email: ['olaf@idp.example'] };
      return at.whoIs(await at.bring(at.answer(visit, { nameId: 'olaf', attributes }, { key }), visit));
    };
    await certificates(idp, next);
    expect(await signedWith(idp.made.privateKey)).toBe('olaf');
    expect(await signedWith(next.made.privateKey)).toBe('olaf');
    await certificates(next);
    expect(await signedWith(idp.made.privateKey)).toBeUndefined();
    expect(await signedWith(next.made.privateKey)).toBe('olaf');
  });

  test('a provider that is switched off signs nobody in, but may be tested', async () => {
    const at = await SamlSite.create(server.current, idp);
    const visit = await at.start();
    const path = `/rest/tessera/1/identity-providers/${at.id}`;
    const { body } = await ask('GET', at.at(path), { headers: at.admin });
    await ask('PUT', at.at(path), {
      headers: at.admin,
      body: { name: body.name, settings: body.settings, enabled: false },
    });
    expect(problemOf(await at.bring(at.answer(visit), visit))).toBe('sso-provider-gone');
    expect(await tested(at, (other) => at.answer(other))).toMatchObject({ outcome: 'understood' });
    expect(problemOf(await at.post(at.answer(undefined)))).toBe('saml-not-asked');
    const gone = await ask('GET', at.at('/sso/saml/999999/metadata'));
    expect(gone.status).toBe(404);
  });

  test('an address of another provider is none of this one', async () => {
    const other = await SamlSite.create(server.current, idp);
    const visit = await site.start();
    const posted = await other.post(site.answer(visit), visit.relayState);
    expect(problemOf(posted)).toBe('saml-not-asked');
    // The same identity provider twice: what is for one is not for the other.
    const theirs = await other.start();
    const said = site.said(theirs, { destination: other.acs, recipient: other.acs });
    const xml = idp.response(said, idp.signed(idp.assertion(said)));
    expect(problemOf(await other.bring(xml, theirs))).toBe('saml-answer-invalid');
  });

  test('who must come through SAML signs in to the pages that way alone, and with tokens as before', async () => {
    const email = 'petra@corp.example';
    const petra = await addAccount(server.current, 'petra', { email });
    const at = await SamlSite.create(server.current, idp, { requiredDomains: ['corp.example'] });
    await ask('POST', at.at(`/rest/tessera/1/users/${petra.user.accountId}/identities`), {
      headers: at.admin,
      body: { provider: at.id, subject: 'petra-1' },
    });
    const body = { username: 'petra', password: 'petra' };
    expect((await ask('POST', at.at('/rest/tessera/1/session'), { body })).status).toBe(401);
    const ways = await ask('GET', at.at(`/rest/tessera/1/sign-in/ways?name=${email}`));
    expect(ways.body.required).toBe(at.id);
    expect(await at.whoIs(await at.signIn({ nameId: 'petra-1', attributes: {} }))).toBe('petra');
    const me = async (headers: Record<string, string>) =>
      (await ask('GET', at.at('/rest/api/2/myself'), { headers })).status;
    expect(await me(basic('petra', 'petra'))).toBe(401);
    expect(await me(petra.auth)).toBe(200);
  });
});
