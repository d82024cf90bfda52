import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outboxFolder } from '../../src/mail/folder.ts';
import type { RunningServer } from './server.ts';

/** A message, read back by a reader that knows nothing of the program that wrote it. */
export interface ReadMail {
  /** Every header line in order, unfolded, as it stands on the wire. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly to: string;
  readonly from: string;
  /** Decoded. */
  readonly subject: string;
  readonly text: string;
  /** What follows `#` in the first link of the text. */
  readonly code: string | undefined;
}

/** Everything that was sent so far, oldest first; of one recipient, if one is named. */
export async function mailsOf({ app }: RunningServer, to?: string): Promise<ReadMail[]> {
  await app.resets.settled();
  await app.lockMails.settled();
  await app.leaks.settled();
  await app.mail.deliverDue();
  const folder = outboxFolder(app.site.config);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const mails = names
    .filter((name) => name.endsWith('.eml'))
    .map((name) => readMail(readFileSync(join(folder, name))))
    .sort((a, b) => numberOf(a) - numberOf(b));
  return to === undefined ? mails : mails.filter((mail) => mail.to === to);
}

/** Messages are numbered in the order in which they were queued. */
const numberOf = (mail: ReadMail): number =>
  Number(/^<(\d+)\./.exec(headerOf(mail, 'Message-ID') ?? '')?.[1]);

export const headerOf = ({ headers }: Pick<ReadMail, 'headers'>, name: string): string | undefined =>
  headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];

/** Throws for anything that is no message of RFC 5322 and 2045: a bare CR or LF, a header without a name. */
export function readMail(raw: Buffer): ReadMail {
  const wire = raw.toString('latin1');
  if (/\r(?!\n)|(?<!\r)\n/.test(wire)) throw new Error('a bare CR or LF');
  const end = wire.indexOf('\r\n\r\n');
  const headers = headersOf(wire.slice(0, end));
  const body = wire.slice(end + 4);
  const text = partsOf(headers, body).find(({ type }) => type.startsWith('text/plain'))?.content ?? '';
  const value = (name: string) => headerOf({ headers }, name) ?? '';
  return {
    headers,
    to: value('To'),
    from: value('From'),
    subject: decodeWords(value('Subject')),
    text,
    code: /https?:\/\/[^\s#]+#(\S+)/.exec(text)?.[1],
  };
}

function headersOf(block: string): [string, string][] {
  return block
    .replaceAll(/\r\n[ \t]/g, ' ')
    .split('\r\n')
    .map((line) => {
      const match = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line);
      if (match === null) throw new Error(`no header: ${line}`);
      return [match[1]!, match[2]!];
    });
}

function partsOf(headers: [string, string][], body: string): { type: string; content: string }[] {
  const value = (name: string) => headerOf({ headers }, name) ?? '';
  const type = value('Content-Type');
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) {
    return [{ type, content: decodeBody(value('Content-Transfer-Encoding'), body) }];
  }
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => {
      const end = part.indexOf('\r\n\r\n');
      return partsOf(headersOf(part.slice(2, end)), part.slice(end + 4));
    });
}

function decodeBody(encoding: string, body: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8');
  if (/quoted-printable/i.test(encoding)) return quotedPrintable(body.replaceAll(/[ \t]*=\r\n/g, ''));
  return Buffer.from(body, 'latin1').toString('utf8');
}

function quotedPrintable(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Encoded words (RFC 2047). */
function decodeWords(value: string): string {
  return value
    .replaceAll(/(\?=)\s+(=\?)/g, '$1$2')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : quotedPrintable(text.replaceAll('_', ' ')),
    );
}
