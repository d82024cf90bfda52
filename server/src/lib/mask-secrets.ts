import { isIntactSecret, type SecretPrefix } from './secret-format.ts';

/** What programs hold: API tokens, and what applications get by OAuth 2.0. */
const shape = /ts[rofk]_[0-9A-Za-z]{49}/g;
const maybe = /ts[rofk]_/;

/** Secrets of programs that stand in a text, each once. */
export function secretsIn(text: string): string[] {
  if (!maybe.test(text)) return [];
  return [...new Set(text.match(shape) ?? [])].filter(isOurs);
}

/** The text with its secrets of programs made unreadable. */
export function maskSecrets(text: string): string {
  if (!maybe.test(text)) return text;
  return text.replace(shape, (one) => (isOurs(one) ? `${one.slice(0, 4)}MASKED` : one));
}

const isOurs = (text: string): boolean => isIntactSecret(text.slice(0, 3) as SecretPrefix, text);
