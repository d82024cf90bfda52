/** Everything a directory answers is far shorter; a page of entries is many messages. */
const longest = 8 * 1024 * 1024;
const deepest = 20;

/**
 * Parts what a directory sends into whole answers to what is asked here (RFC 4511 §4), and hands on nothing else: a parser that
 * trusts lengths and kinds can be made to read for ever. Throws for anything else.
 */
export function wholeMessages(): (chunk: Buffer) => Buffer[] {
  let chunks: Buffer[] = [];
  let size = 0;
  let needed = 2;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    // Not put together again and again while a long one comes in small pieces.
    if (size < needed) return [];
    let bytes = Buffer.concat(chunks);
    const messages: Buffer[] = [];
    for (;;) {
      const header = bytes.length < 2 ? undefined : headerAt(bytes, 0, bytes.length);
      const end = header === undefined ? undefined : header.from + header.length;
      if (end !== undefined && end > longest) throw new Error('it sent a message that is too long');
      if (end === undefined || end > bytes.length) {
        chunks = [bytes];
        size = bytes.length;
        needed = end ?? bytes.length + 1;
        return messages;
      }
      const message = bytes.subarray(0, end);
      if (!isAnswer(message)) throw new Error('it sent something that is no answer');
      messages.push(message);
      bytes = bytes.subarray(end);
    }
  };
}

/** Where the content of an element begins, and how long it is; undefined: the length is not there yet. */
function headerAt(bytes: Buffer, at: number, end: number): { from: number; length: number } | undefined {
  if (at + 1 >= end) return undefined;
  const first = bytes[at + 1]!;
  if (first < 0x80) return { from: at + 2, length: first };
  const size = first - 0x80;
  if (size < 1 || size > 4) throw new Error('it sent something that is not LDAP');
  if (at + 2 + size > end) return undefined;
  return { from: at + 2 + size, length: bytes.readUIntBE(at + 2, size) };
}

interface Element {
  readonly tag: number;
  readonly length: number;
  /** Of constructed ones. */
  readonly parts: readonly Element[];
}

/** The elements that fill the range exactly, and those within constructed ones theirs; undefined: they do not. */
function elementsOf(bytes: Buffer, begin: number, end: number, depth: number): Element[] | undefined {
  if (depth > deepest) return undefined;
  const elements: Element[] = [];
  let at = begin;
  while (at < end) {
    const header = headerAt(bytes, at, end);
    if (header === undefined) return undefined;
    const next = header.from + header.length;
    const tag = bytes[at]!;
    if (next > end || (tag & 0x1f) === 0x1f) return undefined;
    const parts = (tag & 0x20) === 0 ? [] : elementsOf(bytes, header.from, next, depth + 1);
    if (parts === undefined) return undefined;
    elements.push({ tag, length: header.length, parts });
    at = next;
  }
  return elements;
}

const tags = {
  integer: 0x02,
  octets: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
  controls: 0xa0,
  referral: 0xa3,
};
const isOctets = ({ tag }: Element): boolean => tag === tags.octets;

/** LDAPResult (RFC 4511 §4.1.9), with what a kind of answer may add. */
function isResult([code, matched, text, ...more]: readonly Element[], mayAdd: readonly number[]): boolean {
  return (
    code?.tag === tags.enumerated &&
    code.length === 1 &&
    matched !== undefined &&
    text !== undefined &&
    isOctets(matched) &&
    isOctets(text) &&
    more.every(({ tag }) => mayAdd.includes(tag))
  );
}

function isEntry(parts: readonly Element[]): boolean {
  const [name, attributes] = parts;
  if (parts.length !== 2 || !isOctets(name!) || attributes!.tag !== tags.sequence) return false;
  return attributes!.parts.every(({ tag, parts: [type, values, ...more] }) => {
    if (tag !== tags.sequence || type === undefined || values === undefined || more.length > 0) return false;
    return isOctets(type) && values.tag === tags.set && values.parts.every(isOctets);
  });
}

/** The answers that are waited for here; a server says others when it ends the connection. */
const answers: Readonly<Record<number, (parts: readonly Element[]) => boolean>> = {
  // BindResponse; what SASL would add is not asked for.
  97: (parts) => parts.length === 3 && isResult(parts, []),
  100: isEntry,
  101: (parts) => isResult(parts, [tags.referral]),
  115: (parts) => parts.every(isOctets),
};

function isAnswer(bytes: Buffer): boolean {
  const [message, ...others] = elementsOf(bytes, 0, bytes.length, 0) ?? [];
  if (message?.tag !== tags.sequence || others.length > 0) return false;
  const [id, operation, controls, ...more] = message.parts;
  if (id?.tag !== tags.integer || id.length < 1 || id.length > 4 || operation === undefined) return false;
  if (more.length > 0 || (controls !== undefined && controls.tag !== tags.controls)) return false;
  return answers[operation.tag]?.(operation.parts) === true;
}
