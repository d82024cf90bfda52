import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { changeSetting, useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { problemOf, SamlSite, sessionOf } from './support/saml-site.ts';
import { TestIdp } from './support/test-idp.ts';

const minute = 60_000;

describe.each(engines)('SAML responses that come again on %s', (engine) => {
  const server = useServer({ engine });
  let idp: TestIdp;
  /** Takes answers to its requests only. */
  let strict: SamlSite;
  /** Takes sign-ins that begin at the provider as well. */
  let open: SamlSite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    idp = await TestIdp.create();
    strict = await SamlSite.create(server.current, idp);
    const other = await TestIdp.create();
    open = await SamlSite.create(server.current, other, { settings: { allowUnsolicited: true } });
  });
  beforeEach(() => forgetFailures(server.current));

  const isTicket = (reply: Reply) => reply.headers.get('location')?.includes('/sso/finish?ticket=') === true;
  const bob = { nameId: 'bob', attributes: { uid: ['bob'], email: ['bob@idp.example'] } };

  test('X5: of twenty posts of one response at once, one counts', async () => {
    const visit = await strict.start();
    const xml = strict.answer(visit);
    const replies = await Promise.all(Array.from({ length: 20 }, () => strict.post(xml, visit.relayState)));
    expect(replies.filter(isTicket)).toHaveLength(1);
    const finished = await Promise.all(
      replies.filter(isTicket).map((one) => strict.finish(one, visit.cookie)),
    );
    expect(await strict.whoIs(finished[0]!)).toBe('alice');
    expect(isTicket(await strict.post(xml, visit.relayState))).toBe(false);
  });

  test('X5: nor does the assertion count in another visit, or in another response', async () => {
    const [first, second] = [await strict.start(), await strict.start()];
    const said = strict.said(first);
    const assertion = idp.signed(idp.assertion(said));
    expect(await strict.whoIs(await strict.bring(idp.response(said, assertion), first))).toBe('alice');
    const { requestId } = second;
    const other = idp.response({ ...said, responseId: '_other', responseInResponseTo: requestId }, assertion);
    expect(problemOf(await strict.bring(other, second))).toBe('saml-not-asked');
  });

  test('X6: a sign-in that begins at the provider is refused unless an administrator allows it', async () => {
    const posted = await strict.post(strict.answer(undefined));
    expect(problemOf(posted)).toBe('saml-not-asked');
    const [record] = await recordsOf(server.current, posted);
    expect(JSON.parse(record!.detail!)).toMatchObject({ step: 'saml-not-asked' });
    expect(sessionOf(posted)).toBeUndefined();
    const begun = await open.post(open.answer(undefined, bob));
    const cookie = begun.headers.getSetCookie()[0]!.split(';')[0]!;
    expect(await open.whoIs(await open.finish(begun, cookie))).toBe('bob');
    // Not without the cookie that came with it, and an answer to a request is none that began there.
    const again = await open.post(open.answer(undefined, bob));
    expect(problemOf(await open.finish(again, ''))).toBe('sso-other-browser');
    const visit = await open.start();
    const stolen = await open.post(open.answer(visit, bob));
    expect(problemOf(stolen)).toBe('saml-not-asked');
  });

  test('S8: RelayState of a provider leads to this site only', async () => {
    const hostile = [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/%09/evil.example',
      '/%2f/evil.example',
      'https:evil.example',
      'http://127.0.0.1:1@evil.example/',
      'javascript:alert(1)',
      '/.//evil.example',
      ' /\t/evil.example',
      '/\u2028/evil.example',
      `/${'a'.repeat(3000)}`,
    ];
    const places: string[] = [];
    for (const relayState of [...hostile, '/browse/PUB-1']) {
      const begun = await open.post(open.answer(undefined, bob), relayState);
      const cookie = begun.headers.getSetCookie()[0]!.split(';')[0]!;
      const { headers } = await open.finish(begun, cookie);
      places.push(headers.get('location')!);
    }
    expect(places).toEqual([...hostile.map(() => open.at('/')), open.at('/browse/PUB-1')]);
  });

  /** Another node of the site, for a while. */
  const onAnotherNode = async <T>(use: (port: number) => Promise<T>): Promise<T> => {
    const { site } = server.current.app;
    const node = await createApp(site.config, { clock: server.current.clock, log: site.log });
    await node.server.listen({ host: '127.0.0.1', port: 0 });
    try {
      return await use((node.server.server.address() as AddressInfo).port);
    } finally {
      await node.close();
    }
  };

  test('strangers cannot fill the log with responses that nobody asked for, nor close the door to passwords', async () => {
    const records = async () => {
      const { db } = server.current.app.site;
      const rows = await db.selectFrom('audit_events').select('id').where('via', '=', 'sso').execute();
      return rows.length;
    };
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', 2);
    const before = await records();
    const statuses: number[] = [];
    for (let n = 0; n < 25; n++) statuses.push((await strict.post('junk')).status);
    expect(statuses).toEqual([...Array(20).fill(303), ...Array(5).fill(429)]);
    expect((await records()) - before).toBe(20);
    // Whoever was asked for, and whoever types a password, goes on.
    const visit = await strict.start();
    expect(await strict.whoIs(await strict.bring(strict.answer(visit), visit))).toBe('alice');
    const fred = await webSession(server.current, 'fred', 'fred');
    expect(fred.Cookie).toContain('tessera=');
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', null);
  });

  test('strangers cannot fill the table of visits either, and are told so on the page', async () => {
    const flows = async () =>
      (await server.current.app.site.db.selectFrom('sso_flows').select('state_hash').execute()).length;
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', 1);
    const before = await flows();
    const problems: (string | null)[] = [];
    for (let n = 0; n < 55; n++)
      problems.push(problemOf(await ask('GET', strict.at(`/sso/${strict.id}/start`))));
    expect(problems).toEqual([...Array(50).fill(null), ...Array(5).fill('too-many-failures')]);
    expect((await flows()) - before).toBe(50);
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', null);
  });

  test('junk that may be unasked leaves no visit behind', async () => {
    const flows = async () =>
      (await server.current.app.site.db.selectFrom('sso_flows').select('state_hash').execute()).length;
    const before = await flows();
    for (let n = 0; n < 5; n++) expect(problemOf(await open.post('junk'))).toBe('saml-answer-invalid');
    expect(await flows()).toBe(before);
  });

  test('X5: twenty unasked posts on two nodes, and later ones, count once', async () => {
    const xml = open.answer(undefined, bob);
    await onAnotherNode(async (port) => {
      const posts = Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0
          ? open.post(xml).then((reply) => reply.headers.get('location')!)
          : postTo(port, new URL(open.acs), xml),
      );
      const places = await Promise.all(posts);
      expect(places.filter((place) => place.includes('ticket='))).toHaveLength(1);
      expect(await postTo(port, new URL(open.acs), xml)).toContain('problem=saml-answer-used');
    });
    const posted = await open.post(xml);
    const [record] = await recordsOf(server.current, posted);
    expect(JSON.parse(record!.detail!)).toMatchObject({ step: 'saml-answer-used' });
  });

  test('X5: it is remembered for longer than it would count, also by a node that starts with its clock set back', async () => {
    const xml = open.answer(undefined, bob);
    expect(isTicket(await open.post(xml))).toBe(true);
    const { clock } = server.current;
    const fresh = async () => isTicket(await open.post(open.answer(undefined, bob)));
    clock.advance(5 * minute + 59_000);
    expect(problemOf(await open.post(xml))).toBe('saml-answer-used');
    // What is swept now must not be what could come to life again.
    clock.advance(54 * minute);
    expect(await fresh()).toBe(true);
    clock.advance(-59 * minute);
    const place = await onAnotherNode((port) => postTo(port, new URL(open.acs), xml));
    expect(place).toContain('problem=saml-answer-used');
    clock.advance(3 * 60 * minute);
    expect(await fresh()).toBe(true);
    expect(problemOf(await open.post(xml))).toBe('saml-answer-too-late');
  });
});

/** Another node behind the same address: where it leads. */
function postTo(port: number, acs: URL, xml: string): Promise<string> {
  const body = new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64') }).toString();
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: acs.pathname,
        headers: { Host: acs.host, 'Content-Type': 'application/x-www-form-urlencoded' },
      },
      (response) => {
        response.resume();
        resolve(response.headers.location!);
      },
    );
    sent.on('error', reject).end(body);
  });
}
