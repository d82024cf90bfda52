import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../../audit/trail.ts';
import { problemOf, SamlSite, sessionOf } from '../../single-sign-on/support/saml-site.ts';
import { placed, TestIdp } from '../../single-sign-on/support/test-idp.ts';
import { wrappedAssertions } from '../../single-sign-on/support/wrapping.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';

const run = promisify(execFile);
const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = `<Transform Algorithm="${dsig}enveloped-signature"/>`;
const exclusiveTransform = `<Transform Algorithm="${exclusive}"/>`;

interface Template {
  readonly canonical?: string;
  readonly method?: string;
  readonly digest?: string;
  readonly transforms?: string;
  readonly uri?: string;
}

/** Signatures by xmlsec1: good ones in every form that XML allows, and hostile ones that are valid all the same. */
describe('responses that xmlsec1 signed', () => {
  const server = useServer({ engine: 'sqlite' });
  let idp: TestIdp;
  let site: SamlSite;
  let folder: string;
  const mallory = { nameId: 'mallory', attributes: { uid: ['mallory'], email: ['mallory@idp.example'] } };

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    idp = await TestIdp.create();
    site = await SamlSite.create(server.current, idp);
    folder = await mkdtemp(join(tmpdir(), 'tessera-xmlsec1-'));
    await writeFile(join(folder, 'key.pem'), idp.made.privateKey);
    const { publicKey } = new X509Certificate(idp.certificate);
    await writeFile(join(folder, 'hmac.key'), publicKey.export({ type: 'spki', format: 'pem' }));
  });
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const signatureTemplate = (id: string, wanted: Template) => {
    const {
      canonical = exclusive,
      method = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      digest = 'http://www.w3.org/2001/04/xmlenc#sha256',
      transforms = enveloped + exclusiveTransform,
      uri = `#${id}`,
    } = wanted;
    return `<Signature xmlns="${dsig}"><SignedInfo><CanonicalizationMethod Algorithm="${canonical}"/><SignatureMethod Algorithm="${method}"/><Reference URI="${uri}"><Transforms>${transforms}</Transforms><DigestMethod Algorithm="${digest}"/><DigestValue/></Reference></SignedInfo><SignatureValue/></Signature>`;
  };
  const sign = async (xml: string, key = ['--privkey-pem', join(folder, 'key.pem')]) => {
    const path = join(folder, 'template.xml');
    await writeFile(path, xml);
    const ids = ['--id-attr:ID', 'Assertion', '--id-attr:ID', 'Response'];
    const { stdout } = await run('xmlsec1', ['--sign', ...key, ...ids, path]);
    return stdout;
  };
  const idOf = (element: string) => / ID="([^"]*)"/.exec(element)![1]!;

  /** Mallory's good assertion, changed before it is signed. */
  const respond = async (
    visit: Awaited<ReturnType<SamlSite['start']>>,
    { change = (text: string) => text, template = {} as Template, key = undefined as string[] | undefined },
  ) => {
    const said = site.said(visit, mallory);
    const assertion = idp.assertion(said);
    const signed = placed(assertion, signatureTemplate(idOf(assertion), template));
    return sign(change(idp.response(said, signed)), key);
  };

  const goodForms: Record<string, (text: string) => string> = {
    'as it is': (text) => text,
    'with empty elements, single quotes and other spaces': (text) =>
      text
        .replaceAll(/<([a-z]+:\w+)([^>]*)><\/\1>/g, '<$1$2/>')
        .replaceAll(' Version="2.0"', "\n  Version='2.0'")
        .replaceAll('></saml:', '>\n</saml:'),
    'with characters by number and of all kinds': (text) =>
      text
        .replace('mallory<', 'm&#97;ll&#x6F;ry<')
        .replace('mallory@', 'm&#97;llory@')
        .replace(
          '</saml:AttributeStatement>',
          '<saml:Attribute Name="x&#10;y"><saml:AttributeValue>é 漢 \u{1F600} &amp; &lt; &gt; &#13; "\'</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>',
        ),
    'with line ends of Windows': (text) => text.replaceAll('><', '>\r\n<'),
    'with types that name a space': (text) =>
      text.replaceAll(
        '<saml:AttributeValue>',
        '<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">',
      ),
    'with other prefixes': (text) => text.replaceAll('saml:', 'a:').replaceAll('xmlns:saml=', 'xmlns:a='),
    'with default name spaces': (text) =>
      text.replace(/<saml:Assertion.*<\/saml:Assertion>/s, (assertion) =>
        assertion.replaceAll('saml:', '').replace('xmlns:saml=', 'xmlns='),
      ),
    'with name spaces declared far above': (text) =>
      text
        .replaceAll(' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"', '')
        .replace(
          '<samlp:Response ',
          '<samlp:Response xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:x="urn:x" ',
        ),
    'with attributes that must be sorted': (text) =>
      text.replace(
        '<saml:Subject>',
        '<saml:Subject xmlns:b="urn:a" xmlns:a="urn:b" a:z="1" b:z="2" zz="3" a:a="4">',
      ),
  };
  test.each(Object.entries(goodForms))('good: %s', async (_, change) => {
    const visit = await site.start();
    const reply = await site.bring(await respond(visit, { change }), visit);
    expect([problemOf(reply), await site.whoIs(reply)]).toEqual([null, 'mallory']);
  });

  test('good: with prefixes that are listed, of name spaces declared above', async () => {
    const visit = await site.start();
    const listed = `<Transform Algorithm="${exclusive}"><ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="xs x"/></Transform>`;
    const change = (text: string) =>
      text.replace(
        '<samlp:Response ',
        '<samlp:Response xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:x="urn:x" ',
      );
    const xml = await respond(visit, { change, template: { transforms: enveloped + listed } });
    expect(await site.whoIs(await site.bring(xml, visit))).toBe('mallory');
  });

  test('good: with SHA-512', async () => {
    const visit = await site.start();
    const template = {
      method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
      digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
    };
    expect(await site.whoIs(await site.bring(await respond(visit, { template }), visit))).toBe('mallory');
  });

  const xpath = (expression: string) =>
    `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${expression}</XPath></Transform>`;
  const xslt =
    '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><x/></xsl:template></xsl:stylesheet></Transform>';
  const hostile: Record<string, Template & { hmac?: true }> = {
    'X3: RSA with SHA-1': { method: `${dsig}rsa-sha1` },
    'X3: a digest with SHA-1': { digest: `${dsig}sha1` },
    'X3: HMAC-SHA1 by the public key': { method: `${dsig}hmac-sha1`, hmac: true },
    'X3: HMAC-SHA256 by the public key': {
      method: 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
      hmac: true,
    },
    'X3: XPath that leaves the name out': {
      transforms: enveloped + xpath('not(ancestor-or-self::saml:NameID)') + exclusiveTransform,
    },
    'X3: XSLT that makes anything of it': { transforms: enveloped + xslt + exclusiveTransform },
    'X1: inclusive canonical form': {
      transforms: `${enveloped}<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`,
    },
    'X1: inclusive canonical form of what is signed': {
      canonical: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
    },
    'X1: no canonical form': { transforms: enveloped },
    'X1: the whole document': { uri: '' },
    'X1: an XPointer': { uri: '#xpointer(/)' },
  };
  test.each(Object.entries(hostile))('%s', async (_, { hmac, ...template }) => {
    const visit = await site.start();
    const key = hmac === true ? ['--hmackey', join(folder, 'hmac.key')] : undefined;
    const posted = await site.post(await respond(visit, { template, key }), visit.relayState);
    const [record] = await recordsOf(server.current, posted);
    expect(record).toMatchObject({ event: 'sign-in.failed', outcome: 'refused' });
    const reply = await site.finish(posted, visit.cookie);
    expect([problemOf(reply), sessionOf(reply)]).toEqual(['saml-answer-invalid', undefined]);
  });

  test('X1: comments that a canonical form without comments leaves out', async () => {
    for (const evil of ['alice<!-- -->.mallory', '<!-- -->mallory', 'mall<!---->ory']) {
      const visit = await site.start();
      const change = (text: string) => text.replace('>mallory<', `>${evil}<`);
      const reply = await site.bring(await respond(visit, { change }), visit);
      expect([problemOf(reply), sessionOf(reply)]).toEqual(['saml-answer-invalid', undefined]);
    }
  });

  test('X1: all ways of wrapping', async () => {
    const count = wrappedAssertions(await respond(await site.start(), {}), 'alice').length;
    for (let n = 0; n < count; n++) {
      const visit = await site.start();
      const [name, xml] = wrappedAssertions(await respond(visit, {}), 'alice')[n]!;
      const reply = await site.bring(xml, visit);
      expect([name, problemOf(reply), sessionOf(reply)]).toEqual([name, 'saml-answer-invalid', undefined]);
    }
  });
});
