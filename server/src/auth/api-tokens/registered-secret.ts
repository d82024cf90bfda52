import { BadRequest } from '../../errors.ts';
import { hasSecretPrefix } from '../../lib/secret-format.ts';

const shortest = 20;
const longest = 1024;
const leastBits = 112;

/**
 * A registered secret is stored as a fast hash, so it must be too random to guess (security bar T4).
 * Throws BadRequest with the field `secret`.
 */
export function refuseWeakSecret(secret: string): void {
  const problem =
    secret.length < shortest || secret.length > longest
      ? `The secret must have ${shortest} to ${longest} characters.`
      : hasSecretPrefix('tsr', secret)
        ? 'The secret has the form of a token made here; it can only be made here.'
        : !/^[\x21-\x7e]+$/.test(secret)
          ? 'The secret may hold printable ASCII characters only, no spaces.'
          : estimatedBits(secret) < leastBits
            ? `The secret looks guessable: it must be random and hold at least ${leastBits} bits.`
            : undefined;
  if (problem !== undefined) throw new BadRequest({ fields: { secret: problem } });
}

/**
 * Bits of a secret if it was made at random from the kinds of characters it shows; what repeats three
 * characters seen before, goes on in a row (`1234`, `aaaa`) or spells like a word adds little.
 */
export function estimatedBits(secret: string): number {
  const perCharacter = Math.log2(alphabetSize(secret));
  const seen = new Set<string>();
  let bits = 0;
  for (let i = 0; i < secret.length; i++) {
    const three = secret.slice(i - 2, i + 1);
    const known = (i >= 2 && seen.has(three)) || (i >= 3 && goesOnInARow(secret.slice(i - 3, i + 1)));
    if (i >= 2) seen.add(three);
    if (!known) bits += perCharacter;
  }
  const words = (secret.match(/[A-Za-z][a-z]{4,}/g) ?? []).filter(canBeSaid).join('');
  // Random text has such a run now and then; text that mostly consists of them was thought up.
  const thoughtUp = words.length * 3 > secret.length * 2;
  return thoughtUp ? bits - words.length * Math.max(0, perCharacter - bitsPerLetterOfAWord) : bits;
}

/** Between what English text has (about 1.5) and what a row of letters that only looks like a word has. */
const bitsPerLetterOfAWord = 2.5;

/** Hexadecimal is no word, nor is what has four consonants in a row or hardly a vowel. */
function canBeSaid(word: string): boolean {
  const vowels = word.match(/[aeiouy]/gi)?.length ?? 0;
  return /[g-z]/i.test(word) && !/[bcdfghj-np-tvwxz]{4}/i.test(word) && vowels * 6 >= word.length;
}

function alphabetSize(secret: string): number {
  if (/^[0-9a-f-]+$/i.test(secret)) return 16;
  const kinds: readonly [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[^A-Za-z0-9]/, 2],
  ];
  return kinds.reduce((size, [kind, count]) => size + (kind.test(secret) ? count : 0), 0);
}

function goesOnInARow(text: string): boolean {
  const steps = Array.from(
    { length: text.length - 1 },
    (_, i) => text.charCodeAt(i + 1) - text.charCodeAt(i),
  );
  return steps.every((step) => step === steps[0]) && Math.abs(steps[0]!) <= 1;
}
