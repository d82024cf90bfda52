import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { findSubject } from './ask-directory.ts';
import { type Directory, withDirectory } from './connection.ts';
import { groupsOf, type KnownParents } from './directory-groups.ts';
import { DirectoryUnavailable } from './directory-unavailable.ts';
import type { DirectoryEntry } from './entry.ts';
import { type Filters, filters } from './filters.ts';
import { activateAgain, bringUpToDate, deactivate } from './follow-person.ts';
import { everybody, isClosed, personOf, subjectOf, wantedAttributes } from './person.ts';
import { type LinkedAccount, listLinked, noCounts, type SyncChange, type SyncCounts } from './sync-store.ts';

/** Changes that are kept in words; the counts go on. */
const mostChanges = 200;

export interface SyncResult {
  readonly problem: string | null;
  readonly counts: SyncCounts;
  readonly changes: readonly SyncChange[];
}

/** Asked between two people; a throw ends the sync where it is. */
export type GoOn = () => Promise<void>;

type Counts = { -readonly [K in keyof SyncCounts]: SyncCounts[K] };

/**
 * Lets the accounts that are linked to a directory follow it. Nobody is deactivated unless the directory has shown
 * somebody, and has been asked once more for exactly that person: a search that fails, finds nothing or is cut short
 * by a limit means nothing.
 */
export async function syncDirectory(site: Site, provider: Provider, goOn: GoOn): Promise<SyncResult> {
  const counts: Counts = { ...noCounts };
  const changes: SyncChange[] = [];
  const note = (account: LinkedAccount, did: Pick<SyncChange, 'did' | 'because'> | undefined): void => {
    if (did === undefined) return;
    counts[did.did]++;
    if (changes.length >= mostChanges) return;
    changes.push({ account: account.name, accountId: account.accountId, ...did });
  };
  try {
    await withDirectory(site, provider, async (directory) => {
      const parts = await filters();
      const found = await people(directory, parts, provider);
      counts.found = found.size;
      const linked = await listLinked(site.db, provider.id);
      counts.linked = linked.length;
      if (found.size === 0) throw new SyncFailed('The search found nobody, so nothing was changed.');
      const known: KnownParents = new Map();
      const gone: LinkedAccount[] = [];
      for (const account of linked) {
        await goOn();
        const entry = found.get(account.subject);
        if (entry === undefined) {
          if (account.active) gone.push(account);
          continue;
        }
        if (isClosed(provider, entry, site.clock.now())) {
          note(account, await deactivate(site, provider, account, 'the directory has closed the account'));
          continue;
        }
        if (account.deactivatedBySync) note(account, await activateAgain(site, provider, account));
        const groups = await groupsOf(directory, parts, provider, entry, known);
        const person = personOf(provider, entry, account.subject, groups);
        note(account, await bringUpToDate(site, provider, person));
      }
      for (const account of gone) {
        await goOn();
        if ((await findSubject(directory, parts, provider, account.subject)) !== undefined) continue;
        note(account, await deactivate(site, provider, account, 'the directory has no such person any more'));
      }
    });
    return { problem: null, counts, changes };
  } catch (error) {
    if (error instanceof SyncFailed || error instanceof DirectoryUnavailable) {
      return { problem: error instanceof SyncFailed ? error.message : error.problem, counts, changes };
    }
    site.log.error({ err: error, provider: provider.id }, 'directory sync failed');
    return { problem: 'It failed; the log of the server says why.', counts, changes };
  }
}

/** Why a sync ends early, in words for administrators. */
export class SyncFailed extends Error {}

async function people(
  directory: Directory,
  parts: Filters,
  provider: Provider,
): Promise<ReadonlyMap<string, DirectoryEntry>> {
  const entries = await directory.search(directory.settings.baseDn, {
    filter: everybody(parts, provider),
    attributes: wantedAttributes(provider),
  });
  return new Map(
    entries.flatMap((entry) => {
      const subject = subjectOf(provider, entry);
      return subject === undefined ? [] : [[subject, entry]];
    }),
  );
}
