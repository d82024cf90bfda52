import { inTransaction } from '../db/transaction.ts';
import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import { parseMoment } from '../lib/parse-moment.ts';
import type { Site } from '../site.ts';
import { type Asker, type AuditChange, audit } from './audit.ts';
import {
  type AuditRecord,
  type Cursor,
  countRecords,
  findRecords,
  type RecordFilter,
} from './audit-store.ts';

/** What reading records needs from domains that stand above them. */
export interface RecordReaders {
  /** Throws unless the asker administers the site. */
  readonly requireAdministrator: (actor: Actor) => Promise<unknown>;
  /** The account of a user name, e-mail address or key. */
  readonly findUser: (word: string) => Promise<{ readonly id: number } | undefined>;
}

/** Filters as they stand in an address. */
export interface AskedFilter {
  readonly event?: string;
  readonly user?: string;
  readonly outcome?: 'ok' | 'refused';
  readonly address?: string;
  readonly requestId?: string;
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
}

const pageOfExport = 500;

/** One page, newest first, and where the next one begins. Throws Forbidden unless an administrator asks. */
export async function viewRecords(
  site: Site,
  readers: RecordReaders,
  actor: Actor,
  asked: AskedFilter & { readonly after?: string; readonly limit: number },
): Promise<{ records: AuditRecord[]; next: string | null }> {
  await readers.requireAdministrator(actor);
  const filter = await parseFilter(readers, asked);
  const after = asked.after === undefined ? undefined : parseCursor(asked.after);
  const records = await findRecords(site.searchDb, filter, { after, limit: asked.limit + 1 });
  const more = records.length > asked.limit;
  const page = records.slice(0, asked.limit);
  const last = page.at(-1);
  return { records: page, next: more && last !== undefined ? `${last.at}.${last.id}` : null };
}

/** As viewRecords, by offset and with the number of all, as Jira pages. */
export async function viewJiraRecords(
  site: Site,
  readers: RecordReaders,
  actor: Actor,
  asked: AskedFilter & { readonly offset: number; readonly limit: number },
): Promise<{ records: AuditRecord[]; total: number }> {
  await readers.requireAdministrator(actor);
  const filter = await parseFilter(readers, asked);
  const total = await countRecords(site.searchDb, filter);
  const records = await findRecords(site.searchDb, filter, { offset: asked.offset, limit: asked.limit });
  return { records, total };
}

/** All records in pages, each read when the one before is written. That it was asked for is on record. */
export async function exportRecords(
  site: Site,
  readers: RecordReaders,
  asker: Asker,
  asked: AskedFilter & { readonly format: string },
): Promise<AsyncIterable<readonly AuditRecord[]>> {
  await readers.requireAdministrator(asker.actor);
  const filter = await parseFilter(readers, asked);
  await inTransaction(site.db, (trx) =>
    audit(trx, site.clock, {
      event: 'audit.exported',
      outcome: 'ok',
      asker,
      source: asker.source,
      detail: { ...asked },
    }),
  );
  return pagesOf(site, filter);
}

async function* pagesOf(site: Site, filter: RecordFilter): AsyncGenerator<readonly AuditRecord[]> {
  let after: Cursor | undefined;
  for (;;) {
    const page = await findRecords(site.searchDb, filter, { after, limit: pageOfExport });
    if (page.length > 0) yield page;
    after = page.at(-1);
    if (after === undefined || page.length < pageOfExport) return;
  }
}

/** A record that an administrator adds, as Jira's apps do. */
export interface AddedRecord {
  readonly summary: string;
  readonly category: string;
  readonly description: string | undefined;
  readonly eventSource: string | undefined;
  readonly object: { readonly name: string; readonly typeName: string | undefined } | undefined;
  readonly changes: readonly AuditChange[];
  readonly associatedItems: readonly unknown[];
}

/** Who adds it, from where and when is ours to say, whatever the request claims. */
export async function addRecord(
  site: Site,
  readers: RecordReaders,
  asker: Asker,
  added: AddedRecord,
): Promise<void> {
  await readers.requireAdministrator(asker.actor);
  const { object, changes, ...detail } = added;
  await inTransaction(site.db, (trx) =>
    audit(trx, site.clock, {
      event: 'audit.record-added',
      outcome: 'ok',
      asker,
      source: asker.source,
      ...(object === undefined ? {} : { subject: object.name }),
      ...(object?.typeName === undefined ? {} : { subjectType: object.typeName.toLowerCase() }),
      changes,
      detail,
    }),
  );
}

async function parseFilter(readers: RecordReaders, asked: AskedFilter): Promise<RecordFilter> {
  const fields: Record<string, string> = {};
  const moment = (name: 'from' | 'to', ofDay: 'first' | 'last') => {
    const text = asked[name];
    const ms = text === undefined ? undefined : parseMoment(text, ofDay);
    if (text !== undefined && ms === undefined) {
      fields[name] =
        `'${name}' must be a date or a date and time, such as 2026-08-01 or 2026-08-01T10:00:00Z.`;
    }
    return ms;
  };
  const [from, to] = [moment('from', 'first'), moment('to', 'last')];
  const events = listed(asked.event);
  if (events?.some((event) => !/^[a-z][a-z0-9.-]{0,99}$/.test(event))) {
    fields.event = "'event' must be names such as sign-in.failed or api-token, with commas between them.";
  }
  if (Object.keys(fields).length > 0) throw new BadRequest({ fields });
  const { user: word, outcome, address, requestId } = asked;
  const found = word === undefined ? undefined : await readers.findUser(word);
  const words = fold(asked.text ?? '')
    .split(/\s+/)
    .filter((one) => one !== '')
    .slice(0, 10);
  return {
    events,
    user: word === undefined ? undefined : found === undefined ? { name: word } : { id: found.id },
    outcome,
    address,
    requestId,
    from,
    to,
    words,
  };
}

function listed(text: string | undefined): string[] | undefined {
  const names = text
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .slice(0, 50);
  return names === undefined || names.length === 0 ? undefined : names;
}

function parseCursor(text: string): Cursor {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  if (match === null) throw new BadRequest({ fields: { after: "'after' must be the 'next' of a page." } });
  return { at: Number(match[1]), id: Number(match[2]) };
}
