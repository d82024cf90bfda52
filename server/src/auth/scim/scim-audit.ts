import { type AuditEvent, audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import type { Source } from '../../identity.ts';
import type { Site } from '../../site.ts';
import type { ScimCaller } from './scim-caller.ts';

export interface ScimVisit extends ScimCaller {
  readonly source: Source;
  /** Base URL of the site. */
  readonly base: string;
}

/** Something that a provider did by SCIM, in its name. */
export function auditScim(
  trx: Db,
  site: Site,
  { provider, credential, source }: ScimVisit,
  event: string,
  about: Pick<AuditEvent, 'subject' | 'subjectType' | 'subjectId'> & Partial<AuditEvent>,
): Promise<void> {
  return audit(trx, site.clock, {
    event,
    outcome: 'ok',
    source,
    name: `SCIM: ${provider.name}`,
    via: 'scim',
    credentialId: credential.id,
    ...about,
  });
}
