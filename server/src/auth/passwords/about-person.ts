import { readRevision } from '../../db/revision.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import type { About } from './weak-password.ts';

/** What a password of this person may not consist of. */
export async function aboutPerson(
  { db }: Pick<Site, 'db'>,
  { name, email, displayName }: Omit<About, 'siteTitle'>,
): Promise<About> {
  const { siteTitle } = await settingsAt(db, await readRevision(db));
  return { name, email, displayName, siteTitle };
}
