import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../audit/trail.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { type Begun, problemOf, SamlSite, sessionOf } from './support/saml-site.ts';
import { enveloped, exclusive, type Signing, TestIdp, x509Data } from './support/test-idp.ts';
import { wrappedAssertions, wrappedResponses } from './support/wrapping.ts';

/** Mallory has an account at the provider and good responses about it, and wants to be Alice. */
describe.each(engines)('hostile SAML responses on %s', (engine) => {
  const server = useServer({ engine });
  let idp: TestIdp;
  let site: SamlSite;
  const mallory = { nameId: 'mallory', attributes: { uid: ['mallory'], email: ['mallory@idp.example'] } };

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    idp = await TestIdp.create();
    site = await SamlSite.create(server.current, idp);
    expect(await site.whoIs(await site.signIn())).toBe('alice');
  });
  beforeEach(() => forgetFailures(server.current));

  const counts = async () => {
    const { db } = server.current.app.site;
    const [users, sessions, identities] = await Promise.all([
      db.selectFrom('users').select('id').execute(),
      db.selectFrom('sessions').select('id').execute(),
      db.selectFrom('external_identities').select('id').execute(),
    ]);
    return [users.length, sessions.length, identities.length];
  };

  /** Refused and on record, with nobody signed in and nothing made. */
  const expectRefused = async (name: string, xml: string | Buffer, visit: Begun) => {
    const before = await counts();
    const posted = await site.post(xml, visit.relayState);
    expect([name, posted.status]).toEqual([name, 303]);
    const [record] = await recordsOf(server.current, posted);
    expect([name, record?.event, record?.outcome]).toEqual([name, 'sign-in.failed', 'refused']);
    const reply = await site.finish(posted, visit.cookie);
    expect([name, problemOf(reply)]).toEqual([name, 'saml-answer-invalid']);
    expect(sessionOf(reply)).toBeUndefined();
    expect([name, await counts()]).toEqual([name, before]);
    return JSON.parse(record!.detail!).problem as string;
  };

  const signedAssertion = (visit: Begun, signing?: Signing) => site.answer(visit, mallory, signing);
  const signedResponse = (visit: Begun) => {
    const said = site.said(visit, mallory);
    return idp.signed(idp.response(said, idp.assertion(said)));
  };

  test('X1: a signed assertion that is wrapped says nothing', async () => {
    const names = wrappedAssertions(signedAssertion(await site.start()), 'alice').map(([name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const visit = await site.start();
      const xml = new Map(wrappedAssertions(signedAssertion(visit), 'alice')).get(name)!;
      await expectRefused(name, xml, visit);
    }
  });

  test('X1: a signed response that is wrapped says nothing', async () => {
    for (const at of [0, 1]) {
      const visit = await site.start();
      const [name, xml] = wrappedResponses(signedResponse(visit), 'alice')[at]!;
      await expectRefused(name, xml, visit);
    }
    // The same ways around the assertion in it.
    const names = wrappedAssertions(signedResponse(await site.start()), 'alice').map(([name]) => name);
    for (const name of names) {
      const visit = await site.start();
      const said = site.said(visit, mallory);
      const both = idp.signed(idp.response(said, idp.signed(idp.assertion(said))));
      await expectRefused(name, new Map(wrappedAssertions(both, 'alice')).get(name)!, visit);
    }
  });

  test('X1: what is not signed says nothing', async () => {
    const unsigned: Record<string, (visit: Begun) => string> = {
      'no signature at all': (visit) => {
        const said = site.said(visit);
        return idp.response(said, idp.assertion(said));
      },
      'the signature of another assertion': (visit) => {
        const other = idp.signature(idp.assertion(site.said(visit, mallory)));
        const said = site.said(visit);
        return idp.response(said, idp.assertion(said).replace('</saml:Issuer>', `</saml:Issuer>${other}`));
      },
      'a signature without a value': (visit) =>
        signedAssertion(visit).replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>'),
      'a signature over nothing': (visit) => signedAssertion(visit, { uri: '' }),
      'a signature over another id': (visit) => signedAssertion(visit, { uri: '#_other' }),
      'a signature of another name space': (visit) =>
        signedAssertion(visit).replaceAll('http://www.w3.org/2000/09/xmldsig#"', 'urn:evil"'),
      'two signatures': (visit) =>
        signedAssertion(visit).replace(/<ds:Signature .*<\/ds:Signature>/, (one) => one + one),
      'an assertion of SAML 1': (visit) =>
        signedAssertion(visit).replaceAll(
          'urn:oasis:names:tc:SAML:2.0:assertion',
          'urn:oasis:names:tc:SAML:1.0:assertion',
        ),
      'a signature in the status, beside the right one': (visit) =>
        signedAssertion(visit).replace(
          '</samlp:Status>',
          `<samlp:StatusDetail>${idp.signature(idp.assertion(site.said(visit)))}</samlp:StatusDetail></samlp:Status>`,
        ),
      'two references': (visit) =>
        signedAssertion(visit).replace(/<ds:Reference.*<\/ds:Reference>/, (one) => one + one),
      'two SignedInfo': (visit) =>
        signedAssertion(visit).replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/, (one) => one + one),
      'another message': (visit) =>
        signedAssertion(visit).replaceAll('samlp:Response', 'samlp:ArtifactResponse'),
    };
    for (const [name, make] of Object.entries(unsigned)) {
      const visit = await site.start();
      await expectRefused(name, make(visit), visit);
    }
  });

  test('X1: comments, CDATA, instructions and elements in what is signed are refused, not read around', async () => {
    // Each leaves the canonical form, and so the signature, as it was.
    const evil = { nameId: 'alice.mallory.example', attributes: mallory.attributes };
    const tricks: Record<string, string> = {
      'a comment in the name': 'alice<!-- -->.mallory.example',
      'a CDATA section in the name': '<![CDATA[alice]]>.mallory.example',
      'a comment around the name': '<!-- -->alice.mallory.example',
      'an instruction in the name': 'alice<?x y?>.mallory.example',
      'an element in the name': 'alice<saml:x></saml:x>.mallory.example',
    };
    for (const [name, text] of Object.entries(tricks)) {
      const visit = await site.start();
      const xml = site.answer(visit, evil).replace('alice.mallory.example', text);
      await expectRefused(name, xml, visit);
    }
    for (const tag of ['ds:DigestValue', 'ds:SignatureValue', 'saml:Audience', 'saml:Issuer']) {
      const visit = await site.start();
      const xml = site.answer(visit, evil).replace(`<${tag}>`, `<${tag}><!-- -->`);
      await expectRefused(`a comment in ${tag}`, xml, visit);
    }
  });

  test('X1: name spaces and canonical forms that are not what they seem', async () => {
    const tricks: Record<string, (visit: Begun) => string> = {
      'inclusive canonical form': (visit) =>
        signedAssertion(visit, {
          transforms: [enveloped, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'],
        }),
      'only the enveloped transform': (visit) => signedAssertion(visit, { transforms: [enveloped] }),
      'only the canonical form': (visit) => signedAssertion(visit, { transforms: [exclusive] }),
      'no transforms': (visit) => signedAssertion(visit, { transforms: [] }),
      'a third transform': (visit) =>
        signedAssertion(visit, { transforms: [enveloped, exclusive, exclusive] }),
      'the prefix of the assertion is bound elsewhere': (visit) =>
        signedAssertion(visit).replace('<saml:NameID ', '<saml:NameID xmlns:saml="urn:evil" '),
      'an unbound prefix': (visit) => signedAssertion(visit).replaceAll('samlp:Status', 'none:Status'),
      'an attribute twice under two prefixes': (visit) =>
        signedAssertion(visit).replace(
          '<samlp:Status>',
          '<samlp:Status xmlns:a="urn:x" xmlns:b="urn:x" a:y="1" b:y="2">',
        ),
      'an id of another name space': (visit) => {
        const good = signedAssertion(visit);
        const [, id] = /<saml:Assertion[^>]* ID="([^"]+)"/.exec(good)!;
        return good.replace('<samlp:Status>', `<samlp:Status xmlns:e="urn:e" e:ID="${id}">`);
      },
      'prefixes that are listed with an element': (visit) =>
        signedAssertion(visit, {
          transforms: [
            enveloped,
            `<ds:Transform Algorithm="${exclusive}"><ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="x"><x></x></ec:InclusiveNamespaces></ds:Transform>`,
          ],
        }),
    };
    for (const [name, make] of Object.entries(tricks)) {
      const visit = await site.start();
      await expectRefused(name, make(visit), visit);
    }
  });

  test('X2: entities, document types, odd encodings, deep and large documents are refused unread', async () => {
    const lol = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    const bombs: Record<string, (good: string) => string | Buffer> = {
      'billion laughs': (good) => `<!DOCTYPE x [<!ENTITY l0 "lol">${lol}]>${good.replace('mallory', '&l9;')}`,
      'quadratic blow-up': (good) =>
        `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(50_000)}">]>${good.replace('mallory', '&a;'.repeat(5000))}`,
      'a file': (good) =>
        `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${good.replace('mallory', '&a;')}`,
      'an address': (good) => `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">${good}`,
      'a parameter entity': (good) => `<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x"> %a;]>${good}`,
      'an empty document type': (good) => `<!DOCTYPE x>${good}`,
      'a document type in small letters': (good) => `<!doctype x [<!entity a "a">]>${good}`,
      'an entity that nobody declared': (good) => good.replace('mallory', '&alice;'),
      'a reference to no character': (good) => good.replace('mallory', 'alice&#0;'),
      'UTF-16': (good) => Buffer.from(`\ufeff${good}`, 'utf16le'),
      'another encoding': (good) => `<?xml version="1.0" encoding="UTF-7"?>${good}`,
      'XML 1.1': (good) => `<?xml version="1.1"?>${good}`,
      'bytes that are no UTF-8': (good) =>
        Buffer.concat([Buffer.from(good.slice(0, 50)), Buffer.of(0xc0, 0x80), Buffer.from(good.slice(50))]),
      'a style sheet': (good) => `<?xml-stylesheet href="x"?>${good}`,
      '65 levels': (good) =>
        good.replace('</samlp:Status>', `${'<x>'.repeat(63)}${'</x>'.repeat(63)}</samlp:Status>`),
      'more than 256 KiB': (good) => good.replace('</samlp:Status>', `${' '.repeat(262_144)}</samlp:Status>`),
      'two documents': (good) => good + good,
      'text around': (good) => `x${good}`,
      'a tag that another one closes': (good) => good.replace('</saml:Subject>', '</saml:Subjects>'),
      'an attribute without quotes': (good) => good.replace('Version="2.0"', 'Version=2.0'),
      'no XML': () => 'SAMLResponse',
    };
    for (const [name, make] of Object.entries(bombs)) {
      const visit = await site.start();
      await expectRefused(name, make(signedAssertion(visit)), visit);
    }
  });

  test('X2: what is no base64 is refused too', async () => {
    for (const SAMLResponse of ['', '%%%', 'abc', 'PD94bWw_']) {
      const visit = await site.start();
      const body = new URLSearchParams({ SAMLResponse, RelayState: visit.relayState });
      const posted = await fetch(site.acs, { method: 'POST', body, redirect: 'manual' });
      const reply = await site.finish({ headers: posted.headers } as never, visit.cookie);
      expect([SAMLResponse, problemOf(reply)]).toEqual([SAMLResponse, 'saml-answer-invalid']);
    }
  });

  test('X3: weak and foreign algorithms are refused, even where the signature is right', async () => {
    const certificate = idp.certificate;
    const publicKey = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' });
    const xslt =
      '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"></xsl:stylesheet></ds:Transform>';
    const xpath =
      '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::x)</ds:XPath></ds:Transform>';
    const weak: Record<string, Signing> = {
      'an RSA signature with SHA-1': { signature: 'rsa-sha1' },
      'a digest with SHA-1': { digest: 'sha1' },
      'HMAC-SHA1 by the public key': { signature: 'hmac-sha1', key: publicKey as string },
      'HMAC-SHA256 by the public key': { signature: 'hmac-sha256', key: publicKey as string },
      'HMAC-SHA1 by the certificate': { signature: 'hmac-sha1', key: certificate },
      'HMAC-SHA256 by the certificate': { signature: 'hmac-sha256', key: certificate },
      'HMAC-SHA1 by nothing': { signature: 'hmac-sha1', key: '' },
      'an XSLT transform': { transforms: [enveloped, xslt] },
      'an XPath transform': { transforms: [xpath, exclusive] },
      'XPath beside the usual ones': { transforms: [enveloped, exclusive, xpath] },
    };
    for (const [name, signing] of Object.entries(weak)) {
      const visit = await site.start();
      await expectRefused(name, signedAssertion(visit, signing), visit);
    }
    const good = await site.start();
    const reply = await site.bring(
      signedAssertion(good, { digest: 'sha512', signature: 'rsa-sha512' }),
      good,
    );
    expect(await site.whoIs(reply)).toBe('mallory');
  });

  test('X3: the key comes from the configuration alone', async () => {
    const stranger = await TestIdp.create();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const foreign: Record<string, Signing> = {
      'a key in KeyInfo': { key: stranger.made.privateKey, keyInfo: x509Data(stranger.certificate) },
      'the right certificate in KeyInfo': { key: privateKey, keyInfo: x509Data(idp.certificate) },
      'both certificates in KeyInfo': {
        key: stranger.made.privateKey,
        keyInfo: x509Data(idp.certificate) + x509Data(stranger.certificate),
      },
      'an address of a key': {
        key: privateKey,
        keyInfo: '<ds:RetrievalMethod URI="http://127.0.0.1:1/key"></ds:RetrievalMethod>',
      },
    };
    for (const [name, signing] of Object.entries(foreign)) {
      const visit = await site.start();
      await expectRefused(name, signedAssertion(visit, signing), visit);
    }
    // A stranger's certificate beside the right signature changes nothing.
    const visit = await site.start();
    const xml = signedAssertion(visit, { keyInfo: x509Data(stranger.certificate) });
    expect(await site.whoIs(await site.bring(xml, visit))).toBe('mallory');
  });
});
