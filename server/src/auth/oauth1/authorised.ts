import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Site } from '../../site.ts';
import type { KindOfApplication } from '../applications/authorised-applications.ts';
import type { LastUse } from '../last-use.ts';
import { listAuthorisations, revokeAuthorisation } from './access-token-store.ts';

/** Applications of OAuth 1.0a that somebody lets act for them. */
export const oauth1Applications = (site: Site, lastUse: LastUse): KindOfApplication => ({
  kind: 'oauth1',
  async list({ actor }) {
    await lastUse.flush();
    const found = await listAuthorisations(site.db, actor.user!.id, site.clock.now());
    return found.map(({ id, application, createdAt, expiresAt, lastUsedAt }) => ({
      id,
      application,
      may: 'Read and change everything that you may',
      authorisedAt: createdAt,
      expiresAt,
      lastUsedAt,
    }));
  },
  revoke: ({ actor, identity, source }, id) =>
    inTransaction(site.db, async (trx) => {
      const userId = actor.user!.id;
      const at = site.clock.now();
      const application = await revokeAuthorisation(trx, { id, userId, at, by: userId });
      if (application === undefined) return false;
      await audit(trx, site.clock, {
        event: 'application.revoked',
        outcome: 'ok',
        asker: { actor, identity, source },
        source,
        subject: application,
        subjectType: 'oauth1-token',
        subjectId: id,
        detail: { userId },
      });
      return true;
    }),
});
