import type { Db } from '../db/tables.ts';
import { fold } from '../lib/fold.ts';
import { earlierAddressesOfOthers, usersByFolded } from './user-store.ts';

export interface AccountFields {
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
}

/**
 * What is wrong with an account's names, by field; all at once. User names and addresses, earlier ones too, are one
 * namespace: a name that is somebody else's address could sign in as, or be mistaken for, that person.
 * `ownId`: the account that has them already.
 */
export async function accountErrors(
  db: Db,
  account: AccountFields,
  ownId?: number,
): Promise<Record<string, string>> {
  const errors = shapeErrors(account);
  const [name, email] = [fold(account.name), fold(account.email)];
  const others = (await usersByFolded(db, [name, email])).filter(({ id }) => id !== ownId);
  const earlier = await earlierAddressesOfOthers(db, [name, email], ownId);
  const taken = (word: string) =>
    earlier.has(word) || others.some((user) => fold(user.name) === word || fold(user.email) === word);
  if (taken(name)) errors.username ??= 'A user with that username already exists.';
  if (taken(email)) errors.emailAddress ??= 'A user with that email address already exists.';
  return errors;
}

/** A colon cannot be in a name because of Basic (RFC 7617 §2); commas and percent signs part lists of names. */
function shapeErrors({ name, email, displayName }: AccountFields): Record<string, string> {
  const errors: Record<string, string> = {};
  if (name.trim() === '') errors.username = 'You must specify a username.';
  else if (name.length > 255) errors.username = 'The username must not exceed 255 characters in length.';
  else if (/[\s:<>&%,]/.test(name) || hasControls(name)) {
    errors.username = 'The username must not contain spaces or the characters : < > & % ,';
  }
  if (email.trim() === '') errors.emailAddress = 'You must specify an email address.';
  else if (!/^[^\s@:<>,]{1,64}@[^\s@:<>,]{1,190}$/.test(email) || hasControls(email)) {
    errors.emailAddress = 'You must specify a valid email address.';
  }
  if (displayName.trim() === '') errors.displayName = 'You must specify a full name.';
  else if (displayName.length > 255) {
    errors.displayName = 'The full name must not exceed 255 characters in length.';
  } else if (hasControls(displayName)) {
    errors.displayName = 'The full name must not contain control characters.';
  }
  return errors;
}

function hasControls(text: string): boolean {
  // Line and paragraph separators and the marks that turn the direction of text are controls too.
  return /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text);
}
