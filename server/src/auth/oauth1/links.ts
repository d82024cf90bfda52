import { audit, changesBetween } from '../../audit/audit.ts';
import { isUniqueViolation } from '../../db/constraint-errors.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import {
  missingGlobalPermission,
  requireAdministrator,
  requireMayChangeUser,
} from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import type { User } from '../../users/user.ts';
import { findUser, usersById } from '../../users/user-store.ts';
import { requireMayDecide } from '../single-sign-on/providers.ts';
import { countAuthorisations } from './access-token-store.ts';
import { isCallback } from './callback.ts';
import { type PublicKey, readPublicKey, UnusableKey } from './consumer-key.ts';
import {
  deleteLink,
  findLink,
  insertLink,
  type Link,
  type LinkValues,
  listLinks,
  updateLink,
} from './link-store.ts';

type Administrator = Pick<Call, 'actor' | 'identity' | 'source'>;

/** What is left out stays as it was. */
export interface LinkInput {
  readonly name?: string | undefined;
  readonly consumerKey?: string | undefined;
  readonly publicKey?: string | undefined;
  readonly callback?: string | null | undefined;
  /** Account id of whom requests without a token act as; null: there are no such requests. */
  readonly twoLeggedAccount?: string | null | undefined;
  readonly impersonation?: boolean | undefined;
}

/** A link as administrators see it. */
export interface LinkView {
  readonly link: Link;
  readonly twoLeggedUser: User | undefined;
  /** How many people let it act for them. */
  readonly people: number;
}

export async function viewLinks(site: Site, asker: Administrator): Promise<LinkView[]> {
  await requireAdministrator(site, asker.actor);
  return viewsOf(site, await listLinks(site.db));
}

export async function viewLink(site: Site, asker: Administrator, idText: string): Promise<LinkView> {
  await requireAdministrator(site, asker.actor);
  const [view] = await viewsOf(site, [await getLink(site.db, idText)]);
  return view!;
}

async function viewsOf({ db, clock }: Site, links: readonly Link[]): Promise<LinkView[]> {
  const people = await countAuthorisations(db, clock.now());
  const users = await usersById(
    db,
    links.flatMap(({ twoLeggedUserId }) => twoLeggedUserId ?? []),
  );
  return links.map((link) => ({
    link,
    twoLeggedUser: users.get(link.twoLeggedUserId ?? -1),
    people: people.get(link.id) ?? 0,
  }));
}

async function getLink(db: Db, idText: string): Promise<Link> {
  const id = decimalId(idText);
  const link = id === undefined ? undefined : await findLink(db, id);
  if (link === undefined) throw new NotFound(`There is no application link with the id ${idText}.`);
  return link;
}

export async function createLink(site: Site, asker: Administrator, input: LinkInput): Promise<LinkView> {
  const values = await checked(site, asker, input, undefined);
  const id = await saved(site, async (trx) => {
    const made = await insertLink(trx, values, site.clock.now());
    await auditLink(site, trx, asker, 'application-link.created', made, undefined, values);
    return made;
  });
  return viewLink(site, asker, String(id));
}

export async function editLink(
  site: Site,
  asker: Administrator,
  idText: string,
  input: LinkInput,
): Promise<LinkView> {
  await requireAdministrator(site, asker.actor);
  const before = await getLink(site.db, idText);
  const values = await checked(site, asker, input, before);
  await saved(site, async (trx) => {
    await updateLink(trx, before.id, values, site.clock.now());
    await auditLink(site, trx, asker, 'application-link.changed', before.id, before, values);
    return before.id;
  });
  return viewLink(site, asker, idText);
}

/** From the next request on the application and all its tokens open nothing. */
export async function removeLink(site: Site, asker: Administrator, idText: string): Promise<void> {
  await requireMayDecide(site, asker);
  await inTransaction(site.db, async (trx) => {
    const before = await getLink(trx, idText);
    await deleteLink(trx, before.id);
    await auditLink(site, trx, asker, 'application-link.deleted', before.id, before, before);
  });
}

async function checked(
  site: Site,
  asker: Administrator,
  input: LinkInput,
  before: Link | undefined,
): Promise<LinkValues> {
  const grants = await requireMayDecide(site, asker);
  const name = (input.name ?? before?.name ?? '').trim();
  const consumerKey = (input.consumerKey ?? before?.consumerKey ?? '').trim();
  const callback = input.callback === undefined ? (before?.callback ?? null) : input.callback?.trim() || null;
  const fields: Record<string, string> = {};
  if (name === '' || name.length > 100) fields.name = 'The name must have 1 to 100 characters.';
  if (!/^[\x21-\x7e]{1,255}$/.test(consumerKey)) {
    fields.consumerKey =
      'The consumer key must have 1 to 255 letters, digits or signs of ASCII, without spaces.';
  }
  if (callback !== null && !isCallback(callback)) {
    fields.callback = 'The callback must be a whole http or https address, without # and without a password.';
  }
  const { key, flaw } = keyOf(input.publicKey, before);
  if (flaw !== undefined) fields.publicKey = flaw;
  const twoLegged =
    typeof input.twoLeggedAccount === 'string'
      ? await findUser(site.db, { accountId: input.twoLeggedAccount })
      : undefined;
  if (typeof input.twoLeggedAccount === 'string' && twoLegged === undefined) {
    fields.twoLeggedAccount = 'There is no such account.';
  }
  const twoLeggedUserId =
    input.twoLeggedAccount === undefined ? (before?.twoLeggedUserId ?? null) : (twoLegged?.id ?? null);
  const impersonation = input.impersonation ?? before?.impersonation ?? false;
  if (impersonation && twoLeggedUserId === null && fields.twoLeggedAccount === undefined) {
    fields.impersonation = 'Only an application that may ask without a token can act as other accounts.';
  }
  if (Object.keys(fields).length > 0 || key === undefined) throw new BadRequest({ fields });
  // Nobody gets by way of an application what they may not do by hand.
  if (twoLeggedUserId !== null) await requireMayChangeUser(site, asker.actor, grants, twoLeggedUserId);
  if (impersonation && !(await grants.global('SYSTEM_ADMIN'))) {
    throw missingGlobalPermission(
      'SYSTEM_ADMIN',
      'Only system administrators may let an application act as any account.',
    );
  }
  const { pem: publicKey, bits: keyBits } = key;
  return { name, consumerKey, publicKey, keyBits, callback, twoLeggedUserId, impersonation };
}

function keyOf(
  text: string | undefined,
  before: Link | undefined,
): { key?: PublicKey | undefined; flaw?: string } {
  if (text === undefined) {
    return before === undefined
      ? { flaw: 'Paste the public key of the application.' }
      : { key: { pem: before.publicKey, bits: before.keyBits } };
  }
  try {
    return { key: readPublicKey(text) };
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error;
    return { flaw: error.message };
  }
}

async function saved(site: Site, change: (trx: Db) => Promise<number>): Promise<number> {
  try {
    return await inTransaction(site.db, change);
  } catch (cause) {
    if (isUniqueViolation(cause, 'oauth1_links.consumer_key')) {
      throw new BadRequest({ fields: { consumerKey: 'Another application has this consumer key.' }, cause });
    }
    throw cause;
  }
}

const auditLink = (
  site: Site,
  trx: Db,
  asker: Administrator,
  event: string,
  id: number,
  before: LinkValues | undefined,
  after: LinkValues,
): Promise<void> =>
  audit(trx, site.clock, {
    event,
    outcome: 'ok',
    asker,
    source: asker.source,
    subject: after.name,
    subjectType: 'application-link',
    subjectId: id,
    changes: changesBetween<Partial<LinkValues>>(before ?? {}, after, [
      'name',
      'consumerKey',
      'publicKey',
      'callback',
      'twoLeggedUserId',
      'impersonation',
    ]),
  });
