import { invalid } from './saml-refused.ts';

/** The little of the DOM that is used here. */
export interface XmlElement {
  readonly nodeType: number;
  readonly localName: string;
  readonly nodeName: string;
  readonly prefix: string | null;
  readonly namespaceURI: string | null;
  readonly parentNode: XmlElement | null;
  readonly childNodes: ArrayLike<XmlElement | XmlText>;
  readonly attributes: ArrayLike<XmlAttribute>;
  getAttributeNode(name: string): XmlAttribute | null;
}

interface XmlText {
  readonly nodeType: number;
  readonly data: string;
}

interface XmlAttribute {
  readonly localName: string;
  readonly name: string;
  readonly prefix: string | null;
  readonly namespaceURI: string | null;
  readonly value: string;
}

const elementNode = 1;
const textNode = 3;

/** Text that `plainXml` let pass. The same parser as xml-crypto's, so that there is one reading of it (X2). */
export async function parseXml(text: string): Promise<XmlElement> {
  const { DOMParser } = await import('@xmldom/xmldom');
  const refuse = (message: string): never => {
    throw invalid(`The XML cannot be read: ${message.split('\n')[0]}`);
  };
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  const root = parser.parseFromString(text, 'text/xml').documentElement as unknown as XmlElement;
  checkTree(root);
  return root;
}

/** Each prefix is bound, each attribute and each id there once, and nothing but elements and text. */
function checkTree(root: XmlElement): void {
  const ids = new Set<string>();
  for (const element of descendants(root)) {
    if (element.prefix && !element.namespaceURI) throw invalid(`The prefix ${element.prefix} is not bound.`);
    const seen = new Set<string>();
    for (const attribute of Array.from(element.attributes)) {
      if (attribute.prefix && !attribute.namespaceURI) {
        throw invalid(`The prefix ${attribute.prefix} is not bound.`);
      }
      const name = `${attribute.namespaceURI ?? ''} ${attribute.localName}`;
      if (seen.has(name)) throw invalid(`The attribute ${attribute.name} is there twice.`);
      seen.add(name);
      if (attribute.localName.toLowerCase() !== 'id') continue;
      if (ids.has(attribute.value)) throw invalid(`The id ${attribute.value} is there twice.`);
      ids.add(attribute.value);
    }
  }
}

/** The element and all below it, in their order. */
export function* descendants(root: XmlElement): Generator<XmlElement> {
  yield root;
  for (const child of childElements(root)) yield* descendants(child);
}

export function childElements(element: XmlElement): XmlElement[] {
  return Array.from(element.childNodes).filter((node) => node.nodeType === elementNode) as XmlElement[];
}

export const isNamed = (element: XmlElement, namespace: string, name: string): boolean =>
  element.localName === name && element.namespaceURI === namespace;

export const children = (element: XmlElement, namespace: string, name: string): XmlElement[] =>
  childElements(element).filter((one) => isNamed(one, namespace, name));

/** The child of that name; undefined: there is none. Throws AnswerRefused for several. */
export function optional(element: XmlElement, namespace: string, name: string): XmlElement | undefined {
  const [found, more] = children(element, namespace, name);
  if (more !== undefined) throw invalid(`${element.localName} holds more than one ${name}.`);
  return found;
}

/** Throws AnswerRefused unless there is exactly one. */
export function only(element: XmlElement, namespace: string, name: string): XmlElement {
  const found = optional(element, namespace, name);
  if (found === undefined) throw invalid(`${element.localName} has no ${name}.`);
  return found;
}

/** Its text, all of it: an element inside would leave two ways to read it (CVE-2017-11427 and its kin). */
export function textOf(element: XmlElement): string {
  const nodes = Array.from(element.childNodes);
  if (nodes.some(({ nodeType }) => nodeType !== textNode)) {
    throw invalid(`${element.localName} holds something else than text.`);
  }
  return nodes.map((node) => (node as XmlText).data).join('');
}

export const attribute = (element: XmlElement, name: string): string | undefined =>
  element.getAttributeNode(name)?.value;

export function requiredAttribute(element: XmlElement, name: string): string {
  const value = attribute(element, name);
  if (value === undefined || value === '') throw invalid(`${element.localName} has no ${name}.`);
  return value;
}
