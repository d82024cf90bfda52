import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { Conflict, TooManyRequests } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { fold } from '../../lib/fold.ts';
import { requireSignedIn } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { countNetworkFailure, type NetworkLimit } from '../limits/network-limit.ts';
import { presentableName } from '../sign-in-failure.ts';
import { planFor } from '../single-sign-on/person-plan.ts';
import { isUnfinished, type Person, type Provider } from '../single-sign-on/provider.ts';
import { planJson } from '../single-sign-on/provider-test.ts';
import { requireMayDecide } from '../single-sign-on/providers.ts';
import { findTyped } from './ask-directory.ts';
import { withDirectory } from './connection.ts';
import { groupsOf } from './directory-groups.ts';
import { DirectoryUnavailable } from './directory-unavailable.ts';
import type { DirectoryEntry } from './entry.ts';
import { filters } from './filters.ts';
import { isClosed, isReadable, personOf, subjectOf, wantedAttributes } from './person.ts';

/**
 * Whoever took over an administrator's session must not guess passwords this way, nor have accounts locked there: with a
 * password no more tries than the lock of the front door gives.
 */
const rates = {
  lookUps: { failures: 10, windowMs: 10 * 60_000 },
  passwords: { failures: 3, windowMs: 10 * 60_000 },
};
const most = { attributes: 80, values: 50, characters: 500 };

interface Tried {
  readonly name: string;
  readonly password?: string | undefined;
}

type Found =
  | { readonly is: 'nobody' | 'no-id' }
  | {
      readonly is: 'found';
      readonly person: Person;
      readonly attributes: Record<string, readonly string[]>;
      /** undefined: no password was given. */
      readonly right: boolean | undefined;
      readonly closed: boolean;
    };

/** What a directory says of a name (and a password), and what a real sign-in would do now. Changes nothing. */
export async function testDirectory(
  site: Site,
  asker: Pick<Call, 'actor' | 'identity' | 'source'>,
  provider: Provider,
  tried: Tried,
): Promise<unknown> {
  await requireMayDecide(site, asker);
  if (isUnfinished(provider))
    throw new Conflict(`${provider.name} is not set up yet: save its address first.`);
  await countTest(site, asker, provider, tried);
  let found: Found;
  try {
    found = await lookUp(site, provider, tried);
  } catch (error) {
    if (!(error instanceof DirectoryUnavailable)) throw error;
    return { outcome: 'refused', step: 'directory-unavailable', problem: `The directory: ${error.problem}` };
  }
  if (found.is !== 'found') {
    return {
      outcome: 'refused',
      step: found.is === 'nobody' ? 'unknown-name' : 'sso-incomplete',
      problem:
        found.is === 'nobody'
          ? `Nobody, or more than one, is called '${presentableName(tried.name)}' below the base DN and passes the filter.`
          : 'The entry has no lasting id (entryUUID, objectGUID): the kind of directory is another one, or the account that searches may not read it.',
    };
  }
  const { person, attributes, right, closed } = found;
  const said = { person, attributes, closed, passwordTried: right !== undefined };
  if (right === false) {
    return {
      outcome: 'refused',
      step: 'directory-wrong',
      problem: 'The directory refuses this password.',
      ...said,
    };
  }
  if (closed) {
    const problem = 'The directory says that the account is disabled or has expired.';
    return { outcome: 'refused', step: 'directory-closed', problem, ...said };
  }
  const wouldDo = planJson(await planFor(site.db, provider, person));
  return { outcome: 'understood', ...said, authenticated: null, wouldDo };
}

function lookUp(site: Site, provider: Provider, { name, password }: Tried): Promise<Found> {
  return withDirectory(site, provider, async (directory): Promise<Found> => {
    const parts = await filters();
    const entry = await findTyped(directory, parts, provider, fold(name).trim(), [
      '*',
      ...wantedAttributes(provider),
    ]);
    if (entry === undefined) return { is: 'nobody' };
    const subject = subjectOf(provider, entry);
    if (subject === undefined) return { is: 'no-id' };
    const right = password === undefined ? undefined : await directory.proves(entry.dn, password);
    await directory.asService();
    const groups = await groupsOf(directory, parts, provider, entry);
    return {
      is: 'found',
      person: personOf(provider, entry, subject, groups),
      attributes: shown(entry),
      right,
      closed: isClosed(provider, entry, site.clock.now()),
    };
  });
}

/** Texts only, and nothing that is named like a secret. */
function shown(entry: DirectoryEntry): Record<string, readonly string[]> {
  const texts = entry.attributes
    .filter(isReadable)
    .map((name) => [name, entry.values(name)] as const)
    .filter(([, values]) => values.length > 0)
    .slice(0, most.attributes)
    .map(([name, values]) => [
      name,
      values.slice(0, most.values).map((value) => value.slice(0, most.characters)),
    ]);
  return { dn: [entry.dn], ...Object.fromEntries(texts) };
}

async function countTest(
  site: Site,
  asker: Pick<Call, 'actor' | 'identity' | 'source'>,
  provider: Provider,
  { name, password }: Tried,
): Promise<void> {
  const { id } = requireSignedIn(asker.actor);
  const kind = password === undefined ? 'lookUps' : 'passwords';
  const rate = rates[kind];
  const limit: NetworkLimit = { network: `directory ${kind} of user ${id}`, rate };
  try {
    await inTransaction(site.db, async (trx) => {
      await countNetworkFailure(trx, site, limit, asker.source, { now: site.clock.now(), held: false });
      await audit(trx, site.clock, {
        event: 'directory.tested',
        outcome: 'ok',
        asker,
        source: asker.source,
        subject: provider.name,
        subjectType: 'identity-provider',
        subjectId: provider.id,
        detail: { name: presentableName(name), withPassword: password !== undefined },
      });
    });
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const { headers, why } = error;
    throw new TooManyRequests({
      messages: [
        `There are ${rate.failures} tests ${password === undefined ? '' : 'with a password '}in ten minutes. Wait ${headers['Retry-After']} s.`,
      ],
      headers,
      ...(why === undefined ? {} : { why }),
    });
  }
}
