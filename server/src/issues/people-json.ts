import type { User } from '../users/user.ts';
import { type UserJson, userJson } from '../users/user-json.ts';
import type { Wire } from '../wire.ts';

/** JSON of the people that one answer names, each built once: one person is often reporter, author and more. */
export type PeopleJson = (id: number | null) => UserJson | undefined;

export function peopleJson(users: ReadonlyMap<number, User>, wire: Wire): PeopleJson {
  const built = new Map<number, UserJson>();
  return (id) => {
    if (id === null) return undefined;
    const known = built.get(id);
    if (known !== undefined) return known;
    const user = users.get(id);
    if (user === undefined) return undefined;
    const json = userJson(user, wire);
    built.set(id, json);
    return json;
  };
}
