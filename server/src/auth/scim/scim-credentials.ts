import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import type { LastUse } from '../last-use.ts';
import { getProvider, listProviders, requireMayDecide } from '../single-sign-on/providers.ts';
import { deleteCredential, insertCredential, listCredentials, type ScimCredential } from './scim-store.ts';

type Administrator = Pick<Call, 'actor' | 'identity' | 'source'>;

export interface CredentialInput {
  readonly provider: string;
  readonly label: string;
  readonly links?: ScimCredential['links'] | undefined;
}

export async function viewCredentials(
  site: Site,
  asker: Administrator,
  lastUse: LastUse,
): Promise<readonly ScimCredential[]> {
  await listProviders(site, asker);
  await lastUse.flush();
  return listCredentials(site.db);
}

/** The secret is in this answer and never again; its hash alone is stored. */
export async function makeCredential(
  site: Site,
  asker: Administrator,
  { provider: providerText, label, links = 'externalId' }: CredentialInput,
): Promise<{ credential: ScimCredential; secret: string }> {
  await requireMayDecide(site, asker);
  const provider = await getProvider(site, asker, decimalId(providerText) ?? -1);
  if (label.trim() === '') throw new BadRequest({ fields: { label: 'Say what it is for.' } });
  const secret = makeSecret('tsq');
  const credential = await inTransaction(site.db, async (trx) => {
    const made = await insertCredential(trx, {
      provider_id: provider.id,
      label: label.trim(),
      token_hash: sha256(secret),
      links,
      created_at: site.clock.now(),
    });
    await audit(trx, site.clock, {
      event: 'scim-credential.created',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: made.label,
      subjectType: 'scim-credential',
      subjectId: made.id,
      detail: { provider: provider.name, links },
    });
    return made;
  });
  return { credential, secret };
}

/** From the next request on it opens nothing. */
export async function revokeCredential(site: Site, asker: Administrator, idText: string): Promise<void> {
  await requireMayDecide(site, asker);
  await inTransaction(site.db, async (trx) => {
    const id = decimalId(idText);
    const gone = id === undefined ? undefined : await deleteCredential(trx, id);
    if (gone === undefined) throw new NotFound(`There is no SCIM credential with the id ${idText}.`);
    await audit(trx, site.clock, {
      event: 'scim-credential.revoked',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: gone.label,
      subjectType: 'scim-credential',
      subjectId: gone.id,
    });
  });
}
