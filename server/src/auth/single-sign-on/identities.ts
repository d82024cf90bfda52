import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Conflict, Forbidden, NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import {
  requireAdministrator,
  requireMayChangeUser,
  requireSignedIn,
} from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { getUser } from '../../users/users.ts';
import { passwordKeeper } from '../ldap/kept-elsewhere.ts';
import { refuseTokens } from '../passwords/own-password.ts';
import { endOtherSessions } from '../sessions/sessions.ts';
import { requireFreshProof } from '../web-sudo/fresh-proof.ts';
import { deleteIdentity, insertIdentity, type LinkedIdentity, listIdentitiesOf } from './identity-store.ts';
import type { Provider } from './provider.ts';
import { providersAt } from './provider-store.ts';

type Asking = Pick<Call, 'actor' | 'identity' | 'source'>;

export interface NamedIdentity {
  readonly identity: LinkedIdentity;
  readonly provider: Provider;
  /** The account's password is kept there, and changed there. */
  readonly keepsPassword: boolean;
}

async function named(site: Site, { actor }: Asking, userId: number): Promise<NamedIdentity[]> {
  const providers = await providersAt(site.db, actor.revision);
  const keeper = await passwordKeeper(site.db, actor.revision, userId);
  return (await listIdentitiesOf(site.db, userId)).flatMap((identity) => {
    const provider = providers.find(({ id }) => id === identity.providerId);
    return provider === undefined ? [] : [{ identity, provider, keepsPassword: provider.id === keeper?.id }];
  });
}

export async function listOwnIdentities(site: Site, asker: Asking): Promise<NamedIdentity[]> {
  return named(site, asker, requireSignedIn(asker.actor).id);
}

export async function listIdentities(site: Site, asker: Asking, accountId: string): Promise<NamedIdentity[]> {
  await requireAdministrator(site, asker.actor);
  return named(site, asker, (await getUser(site.db, { accountId })).id);
}

/** An administrator's word that this is the same person; the other proof is the account's own sign-in (X6). */
export async function linkByAdministrator(
  site: Site,
  asker: Asking,
  accountId: string,
  { provider: providerId, subject }: { readonly provider: string; readonly subject: string },
): Promise<void> {
  const { user, provider } = await changeable(site, asker, accountId, providerId);
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    if (!(await insertIdentity(trx, { providerId: provider.id, subject, userId: user.id, at }))) {
      throw new Conflict(`At ${provider.name}, '${subject}' is linked to an account already.`);
    }
    await auditIdentity(site, trx, asker, 'identity.linked', user, provider, subject);
  });
}

/** An account whose ways in the asker may change: an administrator by session, and no account above their own rights. */
async function changeableUser(site: Site, asker: Asking, accountId: string) {
  const grants = await requireAdministrator(site, asker.actor);
  refuseTokens(asker.identity, 'change how people sign in');
  const user = await getUser(site.db, { accountId });
  await requireMayChangeUser(site, asker.actor, grants, user.id);
  return user;
}

async function changeable(site: Site, asker: Asking, accountId: string, providerId: string) {
  const user = await changeableUser(site, asker, accountId);
  const id = decimalId(providerId);
  const provider = (await providersAt(site.db, asker.actor.revision)).find((one) => one.id === id);
  if (provider === undefined) {
    throw new BadRequest({
      fields: { provider: `There is no identity provider with the id ${providerId}.` },
    });
  }
  return { user, provider };
}

export async function unlink(
  site: Site,
  asker: Asking,
  accountId: string,
  identityId: string,
): Promise<void> {
  const user = await changeableUser(site, asker, accountId);
  await remove(site, asker, user, identityId, null);
}

/**
 * As fresh a proof as removing any other way into the account. Not for a directory: whoever is about to leave would keep
 * sessions and tokens that end with the link.
 */
export async function unlinkOwn(site: Site, asker: Asking, identityId: string): Promise<void> {
  const me = requireFreshProof(site, asker, 'change how you sign in');
  const own = (await named(site, asker, me.id)).find(({ identity }) => String(identity.id) === identityId);
  if (own?.provider.kind === 'ldap') {
    throw new Forbidden({
      messages: [
        `Your account follows the directory “${own.provider.name}”: only an administrator can unlink it.`,
      ],
      why: { step: 'directory-link-stays', userId: me.id, facts: { directory: own.provider.name } },
    });
  }
  await remove(site, asker, me, identityId, asker.identity.credentialId);
}

async function remove(
  site: Site,
  asker: Asking,
  user: { readonly id: number; readonly name: string },
  identityId: string,
  keptSessionId: number | null,
): Promise<void> {
  const id = decimalId(identityId);
  await inTransaction(site.db, async (trx) => {
    const removed = id === undefined ? undefined : await deleteIdentity(trx, user.id, id);
    if (removed === undefined) throw new NotFound('The account has no such identity.');
    await endOtherSessions(trx, user.id, keptSessionId, { asItIs: true });
    const provider = (await providersAt(trx, asker.actor.revision)).find(
      (one) => one.id === removed.providerId,
    );
    await auditIdentity(site, trx, asker, 'identity.unlinked', user, provider, removed.subject);
  });
}

async function auditIdentity(
  site: Site,
  trx: Site['db'],
  asker: Asking,
  event: string,
  user: { readonly id: number; readonly name: string },
  provider: Provider | undefined,
  subject: string,
): Promise<void> {
  await audit(trx, site.clock, {
    event,
    outcome: 'ok',
    asker,
    source: asker.source,
    subject: user.name,
    subjectType: 'user',
    subjectId: user.id,
    detail: { provider: provider?.name ?? '', subject },
  });
}
