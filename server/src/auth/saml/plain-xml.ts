import { isUtf8 } from 'node:buffer';
import { invalid } from './saml-refused.ts';

export interface XmlBounds {
  readonly maxBytes: number;
  readonly maxElements: number;
  /** Comments are dropped in place of refusing the text. */
  readonly comments?: boolean;
}

/** A message that a browser brings: room for two thousand groups, and read in well under the blink of an eye. */
export const messageBounds: XmlBounds = { maxBytes: 256 * 1024, maxElements: 2500 };

const maxDepth = 64;
const maxAttributes = 64;

const name = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?';
const attribute = `\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`;
const tag = new RegExp(`<(?:/(${name})\\s*|(${name})((?:${attribute})*)\\s*(/?))>`, 'y');
const declaration =
  /^\uFEFF?<\?xml\s+version\s*=\s*["']1\.0["'](\s+encoding\s*=\s*["']utf-8["'])?(\s+standalone\s*=\s*["'](yes|no)["'])?\s*\?>/i;
const reference = /&(#x[\da-fA-F]{1,6}|#\d{1,7}|[^;&\s]*)(;?)/g;
const predefined = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);
const noCharacter = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * The text of a small, plain XML document: elements, attributes and text, and nothing that two readers could
 * understand in two ways. Whatever a message needs no more than an attacker does (document types, entities, comments,
 * CDATA, processing instructions) is refused before any parser sees it (X2). Throws AnswerRefused.
 */
export function plainXml(bytes: Buffer, { maxBytes, maxElements, comments = false }: XmlBounds): string {
  if (bytes.length > maxBytes) throw invalid(`The XML has more than ${maxBytes} bytes.`);
  if (!isUtf8(bytes)) throw invalid('The XML is not valid UTF-8.');
  let text = bytes.toString('utf8').replace(declaration, '').replace(/\r\n?/g, '\n');
  if (comments) text = text.replace(/<!--[\s\S]*?-->/g, '');
  refuseSpecials(text);
  refuseReferences(text);
  refuseBrokenTags(text, maxElements);
  return text.trim();
}

function refuseSpecials(text: string): void {
  const [found] = /<!DOCTYPE|<!ENTITY|<!--|<!\[CDATA\[|<!|<\?|\]\]>/i.exec(text) ?? [];
  if (found !== undefined) {
    const what = specials[found.toUpperCase()] ?? 'a declaration';
    throw invalid(`The XML holds ${what} (${found}), which no such message needs.`);
  }
  if (noCharacter.test(text)) throw invalid('The XML holds a character that XML does not allow.');
}

const specials: Readonly<Record<string, string>> = {
  '<!DOCTYPE': 'a document type',
  '<!ENTITY': 'an entity',
  '<!--': 'a comment',
  '<![CDATA[': 'a CDATA section',
  ']]>': 'the end of a CDATA section',
  '<?': 'a processing instruction',
};

function refuseReferences(text: string): void {
  for (const [whole, body = '', end] of text.matchAll(reference)) {
    const numeric = body.startsWith('#');
    const code = body.startsWith('#x') ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1));
    const good = numeric ? isCharacter(code) : predefined.has(body);
    if (end !== ';' || !good) throw invalid(`The XML holds the reference ${whole.slice(0, 40)}.`);
  }
}

const isCharacter = (code: number): boolean =>
  code <= 0x10ffff && !noCharacter.test(String.fromCodePoint(code));

/** One root, every tag closed by its own name, nothing around it. */
function refuseBrokenTags(text: string, maxElements: number): void {
  const open: string[] = [];
  let elements = 0;
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const between = text.slice(at, next === -1 ? text.length : next);
    if (open.length === 0 && between.trim() !== '')
      throw invalid('The XML has text around its root element.');
    if (next === -1) break;
    tag.lastIndex = next;
    const [whole, closing, opening, attributes = '', empty] = tag.exec(text) ?? [];
    if (whole === undefined)
      throw invalid(`The XML is broken at ${JSON.stringify(text.slice(next, next + 40))}.`);
    if (opening !== undefined) {
      if (open.length === 0 && elements > 0) throw invalid('The XML has more than one root element.');
      if (++elements > maxElements) throw invalid(`The XML has more than ${maxElements} elements.`);
      if (attributes.split('=').length - 1 > maxAttributes && countOf(attributes) > maxAttributes) {
        throw invalid(`An element of the XML has more than ${maxAttributes} attributes.`);
      }
      if (empty === '') open.push(opening);
      if (open.length > maxDepth) throw invalid(`The XML is nested more than ${maxDepth} deep.`);
    } else if (open.pop() !== closing) {
      throw invalid(`The XML closes ${closing}, which is not open.`);
    }
    at = next + whole.length;
  }
  if (elements === 0) throw invalid('The XML has no element.');
  if (open.length > 0) throw invalid(`The XML does not close ${open.at(-1)}.`);
}

const countOf = (attributes: string): number => [...attributes.matchAll(new RegExp(attribute, 'g'))].length;
