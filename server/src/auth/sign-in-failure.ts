import { audit } from '../audit/audit.ts';
import type { Db } from '../db/tables.ts';
import type { Source } from '../identity.ts';
import type { Site } from '../site.ts';
import { countFailureOfHour } from './limits/alarm-store.ts';
import type { Channel } from './prove.ts';
import { noteFailedSignIn } from './sign-in-store.ts';

/** One failed sign-in, as it goes on record. */
export interface FailedSignIn {
  readonly source: Source;
  readonly channel: Channel;
  /** As it was typed; undefined: the credential names nobody. */
  readonly name: string | undefined;
  readonly userId: number | undefined;
  /** Which step refused; see refusals. */
  readonly step: string;
}

/** In the transaction that counts the failure, before the answer: a crash or a rollback elsewhere cannot undo it. */
export async function recordFailure(trx: Db, site: Site, failed: FailedSignIn): Promise<void> {
  const { name, userId } = failed;
  // For a name of nobody as well, where it changes nothing: it takes the same steps as a known one.
  if (name !== undefined) await noteFailedSignIn(trx, userId ?? nobodysId, site.clock.now());
  await countFailureOfHour(trx, site.clock.now());
  await audit(trx, site.clock, {
    event: 'sign-in.failed',
    outcome: 'refused',
    source: failed.source,
    via: failed.channel,
    ...(name === undefined ? {} : { name: userId === undefined ? presentableName(name) : name }),
    ...(userId === undefined ? {} : { subjectType: 'user', subjectId: userId }),
    detail: { step: failed.step },
  });
}

const nobodysId = 0;

/** People paste secrets into the wrong field; what may be one is not kept. Names of accounts are. */
export function presentableName(name: string): string {
  const mayBeSecret =
    /ts[a-z]_/i.test(name) || (name.length >= 20 && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(name));
  return mayBeSecret || name.length > 190 ? '(not recorded)' : name;
}
