import type { Actor } from '../identity.ts';
import { initialsPicture, neutralPicture } from '../lib/picture.ts';
import type { Site } from '../site.ts';
import { findUser } from './user-store.ts';
import { mayBrowsePeople } from './users.ts';

export interface Picture {
  readonly svg: string;
  /** Shows something of a person, which not everyone may see. */
  readonly personal: boolean;
}

/**
 * The initials of a user. Who may not look people up gets one and the same picture whatever the key, and
 * no look-up is made (CVE-2020-14181 and its like told names by such side doors).
 */
export async function userAvatar(site: Site, actor: Actor, key: string | undefined): Promise<Picture> {
  if (actor.user === null || key === undefined) return { svg: neutralPicture(), personal: false };
  if (key !== actor.user.key && !(await mayBrowsePeople(site, actor))) {
    return { svg: neutralPicture(), personal: false };
  }
  const user = key === actor.user.key ? actor.user : await findUser(site.db, { key });
  if (user === undefined) return { svg: neutralPicture(), personal: false };
  return { svg: initialsPicture(user.displayName, user.id), personal: true };
}
