import { type Asker, audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import type { Site } from '../../site.ts';
import { deleteGrant, findGrant } from './grant-store.ts';

/** Why a grant ends: its owner, an administrator or the application says so, or something of it was used twice. */
export interface Ending {
  readonly source: Source;
  readonly why: 'owner' | 'administrator' | 'application' | 'reuse' | 'leaked';
  readonly asker?: Asker;
}

/** From the next request on nothing that came of it opens anything. Whether it was this call that ended it. */
export async function endGrant(
  site: Site,
  grantKey: string,
  { source, why, asker }: Ending,
): Promise<boolean> {
  return inTransaction(site.db, async (trx) => {
    const grant = await findGrant(trx, grantKey);
    if (grant === undefined || !(await deleteGrant(trx, grantKey))) return false;
    await audit(trx, site.clock, {
      event: why === 'reuse' ? 'oauth2-grant.reuse-detected' : 'oauth2-grant.revoked',
      outcome: why === 'reuse' ? 'refused' : 'ok',
      source,
      ...(asker === undefined ? { userId: grant.userId, name: grant.userName, via: 'oauth2' } : { asker }),
      subject: grant.linkName,
      subjectType: 'oauth2-grant',
      subjectId: grant.id,
      detail: { by: why, scopes: grant.scopes },
    });
    return true;
  });
}
