import { oneOf } from './random.ts';

const consonants = 'BDFGKLMNPRSTZ';
const vowels = 'AEU';

/** A word that can be spoken, so that it is quickly typed: 59,319 of them. */
export function makeWord(): string {
  return Array.from({ length: 3 }, () => oneOf(consonants) + oneOf(vowels)).join('');
}

/** Letter case and spaces of an answer do not count. */
export const normalAnswer = (typed: string): string => typed.replaceAll(/\s/g, '').toUpperCase();

export const makeDigits = (): string => Array.from({ length: 6 }, () => oneOf('0123456789')).join('');
