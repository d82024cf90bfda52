import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ns } from '../../src/auth/saml/saml-names.ts';
import { signedContent } from '../../src/auth/saml/signature.ts';
import { only, parseXml, textOf, type XmlElement } from '../../src/auth/saml/xml-dom.ts';
import { TestIdp } from './support/test-idp.ts';

/** The layers beneath the checks of a whole response, each alone: they overlap on purpose. */
describe('X1: what a signature gives back', () => {
  let idp: TestIdp;
  let certificates: X509Certificate[];
  const assertion = (name: string, id = '_a') =>
    `<saml:Assertion xmlns:saml="${ns.assertion}" ID="${id}"><saml:Issuer>i</saml:Issuer><saml:Subject><saml:NameID>${name}</saml:NameID></saml:Subject></saml:Assertion>`;
  const nameOf = (root: XmlElement) =>
    textOf(only(only(root, ns.assertion, 'Subject'), ns.assertion, 'NameID'));

  beforeAll(async () => {
    idp = await TestIdp.create();
    certificates = [new X509Certificate(idp.certificate)];
  });

  test('was read again from the signed bytes, whatever the tree says that was looked at before', async () => {
    const text = idp.signed(assertion('mallory'));
    const looked = await parseXml(text.replace('>mallory<', '>alice<'));
    expect(nameOf(looked)).toBe('alice');
    expect(nameOf((await signedContent(text, looked, certificates))!)).toBe('mallory');
  });

  test('is nothing without a signature of its own', async () => {
    const plain = assertion('mallory');
    expect(await signedContent(plain, await parseXml(plain), certificates)).toBeUndefined();
    const around = `<x>${idp.signed(plain)}</x>`;
    expect(await signedContent(around, await parseXml(around), certificates)).toBeUndefined();
  });

  test('is refused when it is over another element, even a good one', async () => {
    const good = idp.signed(assertion('mallory'));
    const [signature] = /<ds:Signature.*<\/ds:Signature>/.exec(good)!;
    const evil = assertion('alice', '_b').replace('</saml:Issuer>', `</saml:Issuer>${signature}`);
    const both = `<x>${evil}${assertion('mallory')}</x>`;
    const [first] = Array.from((await parseXml(both)).childNodes) as XmlElement[];
    await expect(signedContent(both, first!, certificates)).rejects.toThrow('refers to something else');
  });

  test('is refused by no certificate, and by every one but the right', async () => {
    const text = idp.signed(assertion('mallory'));
    const other = new X509Certificate((await TestIdp.create()).certificate);
    const root = await parseXml(text);
    await expect(signedContent(text, root, [])).rejects.toThrow('none of the configured certificates');
    await expect(signedContent(text, root, [other])).rejects.toThrow('none of the configured certificates');
    expect(nameOf((await signedContent(text, root, [other, ...certificates]))!)).toBe('mallory');
  });
});
