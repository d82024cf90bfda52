import { fold } from '../../lib/fold.ts';
import type { User } from '../../users/user.ts';
import { quoted } from './choice.ts';
import { fieldError, isObject, requireObject, textOf } from './field.ts';

/** How clients name a person in a field: by name on Data Center, by account id (also as `id`) on Cloud. */
const keys = ['accountId', 'id', 'key', 'name'] as const;

interface Named {
  readonly by: (typeof keys)[number];
  readonly word: string;
}

function named(value: unknown): Named | undefined {
  if (!isObject(value)) return undefined;
  for (const by of keys) {
    const word = textOf(value, by);
    if (word !== undefined) return { by, word };
  }
  return undefined;
}

export function wordsOf(value: unknown): readonly string[] {
  const word = named(value)?.word;
  return word === undefined || word === '' || word === '-1' ? [] : [word];
}

/** 'none': null, or an empty or absent name; 'automatic': `-1`. Throws fieldError for nobody's name. */
export function parseUser(
  id: string,
  value: unknown,
  users: ReadonlyMap<string, User>,
): User | 'none' | 'automatic' {
  if (value === null) return 'none';
  const object = requireObject(id, value);
  const reference = named(object);
  if (reference === undefined) {
    // {name: null} and {accountId: null} unassign; any other object says nothing.
    if (keys.some((key) => Object.hasOwn(object, key) && object[key] === null)) return 'none';
    throw fieldError(id, `Could not find a user by 'name', 'key' or 'accountId' in the object.`);
  }
  const { by, word } = reference;
  if (word === '') return 'none';
  if (word === '-1') return 'automatic';
  const user = users.get(word);
  if (user === undefined || !answersTo(user, by, word)) {
    throw fieldError(id, `User ${quoted(word)} does not exist.`);
  }
  return user;
}

function answersTo(user: User, by: Named['by'], word: string): boolean {
  switch (by) {
    case 'accountId':
    case 'id':
      return user.accountId === word;
    case 'key':
      return user.key === word;
    case 'name':
      // E-mail addresses sign in like user names, so they name people here too.
      return fold(user.name) === fold(word) || fold(user.email) === fold(word);
  }
}
