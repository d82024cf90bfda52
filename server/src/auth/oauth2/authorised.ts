import type { Site } from '../../site.ts';
import type { KindOfApplication } from '../applications/authorised-applications.ts';
import type { LastUse } from '../last-use.ts';
import { findGrantById, listGrantsOfUser } from './grant-store.ts';
import { endGrant } from './grants.ts';
import { scopeTexts, words } from './oauth2-scopes.ts';

/** Applications of OAuth 2.0 that somebody lets act for them. */
export const oauth2Applications = (site: Site, lastUse: LastUse): KindOfApplication => ({
  kind: 'oauth2',
  async list({ actor }) {
    await lastUse.flush();
    const grants = await listGrantsOfUser(site.db, actor.user!.id, site.clock.now());
    return grants.map(({ id, linkName, scopes, createdAt, expiresAt, lastUsedAt }) => ({
      id,
      application: linkName,
      may: scopeTexts(words(scopes))
        .map(({ text }) => text)
        .join('; '),
      authorisedAt: createdAt,
      expiresAt,
      lastUsedAt,
    }));
  },
  async revoke(asker, id) {
    const grant = await findGrantById(site.db, id);
    if (grant === undefined || grant.userId !== asker.actor.user!.id) return false;
    return endGrant(site, grant.grantKey, { source: asker.source, why: 'owner', asker });
  },
});
