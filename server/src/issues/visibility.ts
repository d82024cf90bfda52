import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import { rolesAt } from '../projects/role-cache.ts';
import type { Site } from '../site.ts';
import { groupsById, groupsByName } from '../users/group-store.ts';
import type { Visibility } from './comment.ts';
import { isObject, textOf } from './fields/field.ts';
import type { SeenIssue } from './issue-access.ts';

/** Comments and worklogs can be kept to a group or role that their author is in, as in Jira. */
export async function parseVisibility(
  site: Site,
  actor: Actor,
  { grants, project }: SeenIssue,
  given: unknown,
): Promise<Visibility | null> {
  if (given === undefined || given === null) return null;
  const refuse = (message: string) => new BadRequest({ fields: { commentLevel: message } });
  if (!isObject(given)) throw refuse('data was not an object');
  const { type } = given;
  if (type !== 'group' && type !== 'role') throw refuse("The type of a visibility is 'group' or 'role'.");
  const value = textOf(given, 'value');
  const identifier = textOf(given, 'identifier');
  const word = value ?? identifier;
  if (word === undefined) throw refuse("A visibility must have a 'value' or an 'identifier'.");
  const held = type === 'group' ? await grants.groupIds() : await grants.roleIds(project.id);
  const found =
    type === 'group' ? await findGroup(site, word, value === undefined) : await findRole(site, actor, word);
  // One answer for what does not exist and what the author is not in: names stay private.
  if (found === undefined || !held.has(found)) {
    const kind = type === 'group' ? 'group' : 'project role';
    throw refuse(`You are currently not a member of the ${kind}: ${word.slice(0, 255)}.`);
  }
  return { type, id: found };
}

async function findGroup(site: Site, word: string, isId: boolean): Promise<number | undefined> {
  if (!isId) return (await groupsByName(site.db, [word])).get(fold(word))?.id;
  return /^\d{1,15}$/.test(word)
    ? (await groupsById(site.db, [Number(word)])).get(Number(word))?.id
    : undefined;
}

async function findRole(site: Site, actor: Actor, word: string): Promise<number | undefined> {
  const roles = await rolesAt(site.db, actor.revision);
  return (roles.byName(word) ?? roles.byIdText(word))?.id;
}
