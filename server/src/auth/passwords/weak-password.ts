import { fold } from '../../lib/fold.ts';
import { commonPasswords } from './common-passwords.ts';

/** Whose password it will be; all of it is what strangers try first. */
export interface About {
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly siteTitle: string;
}

/** What has to be left of a password once everything that can be foretold is taken away. */
const fewest = 8;

const reasons = {
  common: 'This password is among those that have leaked and are tried first.',
  repeated: 'This password repeats a short piece: it is as easy to guess as the piece alone.',
  sequence: 'This password is mostly a run of neighbouring letters, digits or keys.',
  personal: "This password is mostly the user name, the address, the person's name or the name of this site.",
};
const advice = 'Choose another, such as four or more words that have nothing to do with each other.';

/**
 * Why the password would be guessed early (NIST SP 800-63B-4 §3.1.1.2: leaked ones, words of a dictionary, repetitions
 * and sequences, names that the context gives); undefined: nothing is known against it. Composition does not count.
 */
export async function weakness(password: string, about?: About): Promise<string | undefined> {
  const isCommon = await commonPasswords();
  const folded = fold(password);
  for (const text of spellingsOf(folded)) {
    const reason = weaknessOf(text, isCommon, about);
    if (reason !== undefined) return `${reasons[reason]} ${advice}`;
  }
  const core = undecorated(folded);
  if (core === folded) return undefined;
  const isKnown = spellingsOf(core).some((text) => isCommon(text) || isCommon(pieceOf(text)));
  return isKnown ? `${reasons.common} ${advice}` : undefined;
}

function weaknessOf(
  text: string,
  isCommon: (folded: string) => boolean,
  about: About | undefined,
): keyof typeof reasons | undefined {
  if (isCommon(text)) return 'common';
  if (pieceOf(text).length < Math.min(text.length, 15)) return 'repeated';
  if (unforeseen(text) < fewest) return 'sequence';
  if (about === undefined) return undefined;
  const left = without(text, contextWords(about));
  if (left === text) return undefined;
  const rest = undecorated(left);
  return unforeseen(left) < fewest || unforeseen(rest) < fewest || isCommon(rest) ? 'personal' : undefined;
}

/** The shortest text that gives the whole when it is written again and again, the last time perhaps not to its end. */
function pieceOf(text: string): string {
  const characters = [...text];
  for (let length = 1; length * 2 <= characters.length; length++) {
    if (characters.every((character, i) => i < length || character === characters[i - length])) {
      return characters.slice(0, length).join('');
    }
  }
  return text;
}

/** Digits and signs before and after: the first thing people add to a word, and the first that is tried. */
const undecorated = (text: string): string => text.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '');

/** Rows and columns of keyboards (US, German, French), and the Cyrillic ones behind them. */
const keyboard = [
  '`1234567890-=',
  'qwertyuiop[]',
  "asdfghjkl;'",
  'zxcvbnm,./',
  'qwertzuiopü',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
  '!@#$%^&*()',
  '!"§$%&/()=',
  ...['1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik,', '9ol.', '0p;/'],
];
const neighbours = new Map<string, number>();
for (const row of keyboard) {
  for (let i = 1; i < row.length; i++) {
    neighbours.set(row[i - 1]! + row[i]!, 1);
    neighbours.set(row[i]! + row[i - 1]!, -1);
  }
}

/** How many characters are left when each run of three or more (abc, 321, aaa, qwe) counts as one. */
function unforeseen(text: string): number {
  const characters = [...text];
  let count = 0;
  let i = 0;
  while (i < characters.length) {
    let end = i + 1;
    const way = wayOf(characters[i]!, characters[end]);
    if (way !== undefined) while (wayOf(characters[end]!, characters[end + 1]) === way) end++;
    count++;
    i = way !== undefined && end - i >= 2 ? end + 1 : i + 1;
  }
  return count;
}

/** How one character leads to the next; undefined: in no way that is known. */
function wayOf(from: string, to: string | undefined): string | undefined {
  if (to === undefined) return undefined;
  if (from === to) return 'same';
  const step = to.codePointAt(0)! - from.codePointAt(0)!;
  if (Math.abs(step) === 1 && /[\p{L}\p{N}]/u.test(to)) return step === 1 ? 'up' : 'down';
  // 9 to 0 goes on counting.
  if (from + to === '90' || from + to === '09') return from === '9' ? 'up' : 'down';
  const key = neighbours.get(from + to);
  return key === undefined ? undefined : key === 1 ? 'right' : 'left';
}

const product = ['tessera', 'jira'];

/** Everything that a stranger can know of the account, longest first. */
function contextWords(about: About): string[] {
  const known = (text: string) => text.slice(0, 255);
  const [name, email] = [known(about.name), known(about.email)];
  const [displayName, siteTitle] = [known(about.displayName), known(about.siteTitle)];
  const [local = '', domain = ''] = email.split('@');
  const whole = [name, email, local, displayName, siteTitle, domain];
  const parts = [name, local, displayName, siteTitle, domain].flatMap((text) =>
    text.split(/[^\p{L}\p{N}]+/u),
  );
  const squeezed = [displayName, siteTitle].map((text) => text.replaceAll(/[^\p{L}\p{N}]+/gu, ''));
  const words = [...product, ...whole, ...parts, ...squeezed]
    .map(fold)
    .filter((word) => [...word].length >= 3);
  return [...new Set(words.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
}

function without(text: string, words: readonly string[]): string {
  let left = text;
  for (const word of words) left = left.replaceAll(word, '');
  return left;
}

const lookalikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** As it stands, and with letters for the signs that look like them: p@ssw0rd is password; a 1 may be either of two. */
function spellingsOf(folded: string): string[] {
  const spelled = (one: string) =>
    folded.replaceAll(/[013457@$!]/g, (character) => lookalikes[character] ?? one);
  return [...new Set([folded, spelled('l'), spelled('i')])];
}
