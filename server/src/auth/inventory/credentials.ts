import { type Asker, audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Conflict, NotFound } from '../../errors.ts';
import type { Actor } from '../../identity.ts';
import { pageOf } from '../../lib/paging.ts';
import {
  missingGlobalPermission,
  requireAdministrator,
  requireMayChangeUser,
  requireSignedIn,
  systemAdministratorsAmong,
} from '../../permissions/administrators.ts';
import { type Grants, grantsOf } from '../../permissions/permissions.ts';
import type { Site } from '../../site.ts';
import type { User } from '../../users/user.ts';
import { findUser, usersByWord } from '../../users/user-store.ts';
import { listTokens, revokeTokens, type TokenRecord } from '../api-tokens/api-token-store.ts';
import { revokeToken } from '../api-tokens/api-tokens.ts';
import type { LastUse } from '../last-use.ts';
import { revokeAuthorisation } from '../oauth1/access-token-store.ts';
import { findGrantById } from '../oauth2/grant-store.ts';
import { endGrant } from '../oauth2/grants.ts';
import { endWithSeries } from '../sessions/own-sessions.ts';
import {
  type Credential,
  type CredentialFilter,
  type CredentialKind,
  type CredentialName,
  countCredentials,
  listCredentials,
  nameCredentials,
  type Sorting,
} from './credential-store.ts';
import { dayOf, daysKept, type UseCount } from './use-count.ts';
import { readUse, type UsedKind } from './use-store.ts';

const dayMs = 86_400_000;
/** Revoked at once; each is on record by itself. */
const mostAtOnce = 1000;

/** As asked for; absent: not filtered by. */
export interface Asked {
  readonly kind?: CredentialKind | undefined;
  readonly owner?: string | undefined;
  readonly state?: 'live' | 'ended' | 'all' | undefined;
  readonly staleDays?: number | undefined;
  readonly neverUsed?: boolean | undefined;
  readonly expiringDays?: number | undefined;
  readonly overScoped?: boolean | undefined;
  readonly ownerInactive?: boolean | undefined;
}

export interface InventoryParts {
  readonly site: Site;
  readonly lastUse: LastUse;
  readonly use: UseCount;
}

/** Throws BadRequest with the field `owner` for an account that is not there. */
async function filterOf({ db, clock }: Site, asked: Asked): Promise<CredentialFilter> {
  const now = clock.now();
  const { owner, staleDays, expiringDays } = asked;
  const found = owner === undefined ? undefined : (await usersByWord(db, [owner])).get(owner);
  if (owner !== undefined && found === undefined)
    throw new BadRequest({ fields: { owner: `There is no account '${owner}'.` } });
  return {
    kind: asked.kind ?? 'api-token',
    now,
    ownerId: found?.id,
    state: asked.state ?? 'live',
    staleSince: staleDays === undefined ? undefined : now - staleDays * dayMs,
    neverUsed: asked.neverUsed,
    expiringBefore: expiringDays === undefined ? undefined : now + expiringDays * dayMs,
    overScoped: asked.overScoped,
    ownerInactive: asked.ownerInactive,
  };
}

export interface CredentialPage {
  readonly credentials: Credential[];
  readonly total: number;
  readonly startAt: number;
  readonly maxResults: number;
}

/** Everybody's credentials of one kind. Throws Forbidden unless asked by an administrator. */
export async function viewCredentials(
  { site, lastUse, use }: InventoryParts,
  actor: Actor,
  asked: Asked & { readonly startAt?: number | undefined; readonly maxResults?: number | undefined },
  sort: Sorting,
): Promise<CredentialPage> {
  await requireAdministrator(site, actor);
  await lastUse.flush();
  await use.flush();
  const filter = await filterOf(site, asked);
  const page = pageOf(asked, { fallback: 50, cap: 200 });
  const total = await countCredentials(site.searchDb, filter);
  return { credentials: await listCredentials(site.searchDb, filter, sort, page), total, ...page };
}

/** All that match, page by page, for a file. */
export async function exportCredentials(
  { site, lastUse, use }: InventoryParts,
  actor: Actor,
  asked: Asked,
): Promise<AsyncIterable<readonly Credential[]>> {
  await requireAdministrator(site, actor);
  await lastUse.flush();
  await use.flush();
  const filter = await filterOf(site, asked);
  return pages(site.searchDb, filter);
}

async function* pages(db: Db, filter: CredentialFilter): AsyncGenerator<Credential[]> {
  const maxResults = 1000;
  for (let startAt = 0; ; startAt += maxResults) {
    const page = await listCredentials(db, filter, 'created', { startAt, maxResults });
    if (page.length > 0) yield page;
    if (page.length < maxResults) return;
  }
}

export interface CredentialUse {
  /** Requests of each of the last 90 days, the first one first; today last. */
  readonly days: readonly { readonly date: string; readonly requests: number }[];
  /** Scopes that its requests needed so far. */
  readonly scopes: readonly string[];
}

/** How one credential has been used. */
export async function viewUse(
  { site, use }: InventoryParts,
  actor: Actor,
  kind: UsedKind,
  id: number,
): Promise<CredentialUse> {
  await requireAdministrator(site, actor);
  await use.flush();
  return useOf(site, kind, id);
}

/** How one's own API token has been used. Throws NotFound for somebody else's. */
export async function viewOwnUse(
  { site, use }: InventoryParts,
  actor: Actor,
  isOwn: (id: number) => Promise<boolean>,
  id: number,
): Promise<CredentialUse> {
  if (actor.user === null || !(await isOwn(id))) throw new NotFound('There is no such API token.');
  await use.flush();
  return useOf(site, 'api-token', id);
}

async function useOf({ db, clock }: Site, kind: UsedKind, id: number): Promise<CredentialUse> {
  const today = dayOf(clock.now());
  const first = today - daysKept + 1;
  const { days, scopes } = await readUse(db, kind, id, first);
  const requests = new Map(days.map((one) => [Number(one.day), Number(one.requests)]));
  return {
    days: Array.from({ length: daysKept }, (_, i) => ({
      date: new Date((first + i) * dayMs).toISOString().slice(0, 10),
      requests: requests.get(first + i) ?? 0,
    })),
    scopes,
  };
}

/** Which ones: these, or all that match, of which there must be as many as the administrator was shown. */
export type Chosen =
  | { readonly kind: CredentialKind; readonly ids: readonly number[] }
  | { readonly filter: Asked; readonly expected: number };

/**
 * Revokes credentials, all or none; how many. Throws Conflict when another number matches than was confirmed, and
 * Forbidden when one is a system administrator's and the asker is none.
 */
export async function revokeCredentials(
  { site, lastUse, use }: InventoryParts,
  asker: Asker,
  chosen: Chosen,
): Promise<number> {
  const grants = await requireAdministrator(site, asker.actor);
  await lastUse.flush();
  await use.flush();
  const filter = await filterOf(site, 'ids' in chosen ? { kind: chosen.kind } : chosen.filter);
  const ids = 'ids' in chosen ? [...new Set(chosen.ids)] : undefined;
  const expected = ids?.length ?? ('expected' in chosen ? chosen.expected : 0);
  if (expected > mostAtOnce) {
    throw new BadRequest(
      `At most ${mostAtOnce} credentials are revoked at once. Narrow the filter, or go in steps.`,
    );
  }
  return inTransaction(site.db, async (trx) => {
    const found = await nameCredentials(trx, filter, ids, mostAtOnce + 1);
    if (found.length !== expected) {
      throw new Conflict(
        `${found.length > mostAtOnce ? `More than ${mostAtOnce}` : found.length} credentials match by now, not ${expected}. Nothing was revoked; look again.`,
      );
    }
    return revokeFound(trx, site, asker, grants, filter.kind, found);
  });
}

/** All API tokens there are, step by step. Throws Forbidden when one is a system administrator's and the asker is none. */
export async function revokeAllApiTokens({ site }: InventoryParts, asker: Asker): Promise<void> {
  const grants = await requireAdministrator(site, asker.actor);
  const filter = await filterOf(site, { kind: 'api-token' });
  const step = () =>
    inTransaction(site.db, async (trx) =>
      revokeFound(
        trx,
        site,
        asker,
        grants,
        filter.kind,
        await nameCredentials(trx, filter, undefined, mostAtOnce),
      ),
    );
  while ((await step()) === mostAtOnce);
}

async function revokeFound(
  trx: Db,
  site: Site,
  asker: Asker,
  grants: Grants,
  kind: CredentialKind,
  found: readonly CredentialName[],
): Promise<number> {
  if (!(await grants.global('SYSTEM_ADMIN'))) {
    const owners = new Set(found.map(({ userId }) => userId));
    if ((await systemAdministratorsAmong(trx, [...owners])).length > 0) {
      throw missingGlobalPermission(
        'SYSTEM_ADMIN',
        'Some of them belong to system administrators, whose credentials only system administrators revoke.',
      );
    }
  }
  for (const one of found) await revokeOne(trx, site, asker, kind, one);
  return found.length;
}

/** Live API tokens of one's own account, or of anybody's for administrators. Throws NotFound where the asker may see none. */
export async function viewTokensOfUser(
  { site, lastUse }: InventoryParts,
  asker: Asker,
  accountId: string,
): Promise<TokenRecord[]> {
  const { id } = await seenTo(site, asker, accountId);
  await lastUse.flush();
  const tokens = await listTokens(site.db, id, site.clock.now());
  return tokens.filter(({ revokedAt, replacedBy }) => revokedAt === null && replacedBy === null);
}

export async function revokeTokenOfUser(
  { site }: InventoryParts,
  asker: Asker,
  accountId: string,
  tokenId: number,
): Promise<void> {
  const { id } = await seenTo(site, asker, accountId);
  const why = id === asker.actor.user?.id ? 'owner' : 'administrator';
  await revokeToken(site, asker, tokenId, { userId: id, why });
}

async function seenTo(site: Site, { actor }: Asker, accountId: string): Promise<User> {
  const me = requireSignedIn(actor);
  const user = await findUser(site.db, { accountId });
  const grants = await grantsOf(site, actor);
  if (user?.id === me.id) return user;
  if (user === undefined || !(await grants.global('ADMINISTER')))
    throw new NotFound('There is no such account.');
  await requireMayChangeUser(site, actor, grants, user.id);
  return user;
}

async function revokeOne(
  trx: Db,
  site: Site,
  asker: Asker,
  kind: CredentialKind,
  { id, userId, label }: CredentialName,
): Promise<void> {
  const at = site.clock.now();
  const by = asker.actor.user!.id;
  const said = { subject: label, subjectId: id, detail: { userId, why: 'administrator' } };
  const record = (event: string, subjectType: string) =>
    audit(trx, site.clock, { event, outcome: 'ok', asker, source: asker.source, subjectType, ...said });
  switch (kind) {
    case 'api-token':
      await revokeTokens(trx, { userId, id, at, by, why: 'administrator' });
      return record('api-token.revoked', 'api-token');
    case 'oauth1':
      await revokeAuthorisation(trx, { id, userId, at, by });
      return record('application.revoked', 'oauth1-token');
    case 'oauth2': {
      const grant = await findGrantById(trx, id);
      const ending = { source: asker.source, why: 'administrator', asker } as const;
      if (grant !== undefined) await endGrant({ ...site, db: trx }, grant.grantKey, ending);
      return;
    }
    case 'session':
      await endWithSeries(trx, id);
      return record('session.ended', 'session');
  }
}
