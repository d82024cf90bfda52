import { randomBytes } from 'node:crypto';
import { ServiceUnavailable } from '../../errors.ts';
import { boundedQueue } from '../../lib/bounded-queue.ts';
import { fold } from '../../lib/fold.ts';
import type { Site } from '../../site.ts';
import type { Person, Provider } from '../single-sign-on/provider.ts';
import { type Directory, withDirectory } from './connection.ts';
import { groupsOf } from './directory-groups.ts';
import { DirectoryUnavailable } from './directory-unavailable.ts';
import type { DirectoryEntry } from './entry.ts';
import { type Filters, filters } from './filters.ts';
import {
  bySubject,
  byTypedName,
  isClosed,
  personOf,
  subjectOf,
  typedNames,
  wantedAttributes,
} from './person.ts';

/** Nothing longer is a name in a directory. */
const longestName = 256;

/** So many people are asked about at once; what a flood sends beyond that is told to come again (H2). */
const asking = boundedQueue({
  atOnce: 16,
  longest: 64,
  patienceMs: 5_000,
  full: () =>
    new ServiceUnavailable({
      messages: [
        'Too many sign-ins wait for the directory. Try again, or use an API token, which never waits.',
      ],
      headers: { 'Retry-After': '1' },
      why: { step: 'busy' },
    }),
});

const troubleMs = 30_000;
let troubledUntil = 0;

/** One of them could not be asked a moment ago, in this process. */
export const areDirectoriesTroubled = (): boolean => performance.now() < troubledUntil;

/** Within the queue's bounds, on a connection of its own. */
function ask<T>(site: Site, provider: Provider, work: (directory: Directory) => Promise<T>): Promise<T> {
  return asking.run(async () => {
    try {
      return await withDirectory(site, provider, work);
    } catch (error) {
      if (error instanceof DirectoryUnavailable) troubledUntil = performance.now() + troubleMs;
      throw error;
    }
  });
}

/** Whose password is asked about. */
export interface AskedPerson {
  readonly provider: Provider;
  /** What the directory calls them for ever; null: nobody, who is asked about all the same, so that it takes as long. */
  readonly subject: string | null;
}

/** What a directory says of a name and a password. */
export type Said =
  | { readonly is: 'right'; readonly person: Person }
  | { readonly is: 'wrong' | 'gone' | 'closed' };

/** Who is called so in the first directory, in their order, that knows somebody; undefined: none does. */
export async function findByTypedName(
  site: Site,
  directories: readonly Provider[],
  folded: string,
): Promise<{ readonly provider: Provider; readonly subject: string } | undefined> {
  if (folded === '' || folded.length > longestName) return undefined;
  for (const provider of directories) {
    const entry = await ask(site, provider, async (directory) =>
      findTyped(directory, await filters(), provider, folded),
    );
    const subject = entry && subjectOf(provider, entry);
    if (subject !== undefined) return { provider, subject };
  }
  return undefined;
}

/** The one entry that is called so to the letter, but for case; two of them are nobody. */
export async function findTyped(
  directory: Directory,
  parts: Filters,
  provider: Provider,
  folded: string,
  attributes: readonly string[] = wantedAttributes(provider),
): Promise<DirectoryEntry | undefined> {
  const [entry, another] = await directory.search(directory.settings.baseDn, {
    filter: byTypedName(parts, provider, folded),
    attributes,
    most: 2,
  });
  if (entry === undefined || another !== undefined) return undefined;
  return typedNames(provider, entry).some((name) => fold(name) === folded) ? entry : undefined;
}

/** Binds once, whoever it is. Throws DirectoryUnavailable. */
export function askDirectory(
  site: Site,
  { provider, subject }: AskedPerson,
  password: string,
): Promise<Said> {
  return ask(site, provider, async (directory) => {
    const parts = await filters();
    const entry = await findSubject(directory, parts, provider, subject ?? nobody);
    if (subject === null || entry === undefined) {
      // Not the password: nobody is there who should see it.
      await directory.proves(
        `cn=${randomBytes(8).toString('hex')},${directory.settings.baseDn}`,
        somePassword(),
      );
      return { is: subject === null ? 'wrong' : 'gone' };
    }
    if (!(await directory.proves(entry.dn, password))) return { is: 'wrong' };
    if (isClosed(provider, entry, site.clock.now())) return { is: 'closed' };
    await directory.asService();
    const groups = await groupsOf(directory, parts, provider, entry);
    return { is: 'right', person: personOf(provider, entry, subject, groups) };
  });
}

export async function findSubject(
  directory: Directory,
  parts: Filters,
  provider: Provider,
  subject: string,
): Promise<DirectoryEntry | undefined> {
  const [entry] = await directory.search(directory.settings.baseDn, {
    filter: bySubject(parts, provider, subject),
    attributes: wantedAttributes(provider),
    most: 2,
  });
  return entry;
}

/** An id that nobody has. */
const nobody = '00000000-0000-0000-0000-000000000000';

const somePassword = (): string => randomBytes(12).toString('hex');
