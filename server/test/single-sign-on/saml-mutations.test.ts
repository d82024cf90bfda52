import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AnswerRefused } from '../../src/auth/saml/../single-sign-on/answer-refused.ts';
import { checkAssertion } from '../../src/auth/saml/assertion.ts';
import { personOf } from '../../src/auth/saml/person-of.ts';
import { readResponse } from '../../src/auth/saml/response.ts';
import { defaultAccountRules } from '../../src/auth/single-sign-on/provider.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { mutations } from './support/mutations.ts';
import { SamlSite } from './support/saml-site.ts';
import { TestIdp } from './support/test-idp.ts';

/** A release runs a thousand times as many. */
const runs = Number(process.env.TESSERA_TEST_MUTATIONS ?? 1000);
const mallory = { nameId: 'mallory', attributes: { uid: ['mallory'], email: ['mallory@idp.example'] } };

test('X1: no change to a good response makes it tell of somebody else', async () => {
  const idp = await TestIdp.create();
  const now = Date.now();
  const address = 'https://tessera.example/sso/saml/1';
  const said = {
    ...mallory,
    nameIdFormat: null,
    nameIdMore: '',
    issuer: idp.entityId,
    responseIssuer: idp.entityId,
    destination: `${address}/acs`,
    recipient: `${address}/acs`,
    audience: `${address}/metadata`,
    inResponseTo: '_request',
    responseInResponseTo: '_request',
    issuedAt: now,
    notBefore: now,
    notOnOrAfter: now + 60_000,
    confirmedUntil: now + 60_000,
    authenticatedAt: now,
    sessionIndex: '_session',
    status: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    responseId: '_response',
    assertionId: '_assertion',
  };
  const keys = {
    certificates: [new X509Certificate(idp.certificate)],
    privateKeys: async () => [],
  };
  const understood = async (xml: string) => {
    const signed = await readResponse(Buffer.from(xml), keys);
    const checked = checkAssertion(signed, {
      issuer: idp.entityId,
      audience: said.audience,
      acsUrl: said.recipient,
      requestId: '_request',
      now,
    });
    const given = personOf(signed.assertion, checked, defaultAccountRules, {
      identityProvider: idp.entityId,
      serviceProvider: said.audience,
    });
    return { given, id: checked.assertionId };
  };
  const good = {
    assertion: idp.response(said, idp.signed(idp.assertion(said))),
    response: idp.signed(idp.response(said, idp.assertion(said))),
    both: idp.signed(idp.response(said, idp.signed(idp.assertion(said)))),
  };
  const original = await understood(good.both);
  expect(original.given.person.subject).toBe('mallory');
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<keyof typeof good>('assertion', 'response', 'both'),
      mutations,
      async (which, mutate) => {
        try {
          expect(await understood(mutate(good[which]))).toEqual(original);
        } catch (error) {
          if (!(error instanceof AnswerRefused)) throw error;
          refused++;
        }
      },
    ),
    { numRuns: runs },
  );
  // Most changes are seen; those that are not changed nothing that counts.
  expect(refused).toBeGreaterThan(runs / 2);
}, 600_000);

describe.each(engines)('changed SAML responses over HTTP on %s', (engine) => {
  const server = useServer({ engine });
  let site: SamlSite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    site = await SamlSite.create(server.current, await TestIdp.create());
    expect(await site.whoIs(await site.signIn())).toBe('alice');
  });
  beforeEach(() => forgetFailures(server.current));

  test('X1: sign nobody in as somebody else, and break nothing', async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (mutate) => {
        const visit = await site.start();
        const posted = await site.post(mutate(site.answer(visit, mallory)), visit.relayState);
        expect(posted.status).toBe(303);
        const who = await site.whoIs(await site.finish(posted, visit.cookie));
        expect(['mallory', undefined]).toContain(who);
      }),
      { numRuns: Math.ceil(runs / 10) },
    );
    const users = await server.current.app.site.db.selectFrom('users').select('name').execute();
    const made = users.map(({ name }) => name).filter((name) => name !== 'mallory');
    expect(made.sort()).toEqual(['admin', 'alice', 'fred', 'wilma']);
  }, 600_000);
});
