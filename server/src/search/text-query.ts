import type { TextQuery } from '../db/full-text.ts';
import { wordsOf } from '../db/words.ts';

/** Why a text cannot be searched for; the wording for people is the caller's. */
export class TextQueryError extends Error {
  readonly reason: 'leading-wildcard' | 'inner-wildcard' | 'too-long';
  /** The wildcard, or the word it stands in. */
  readonly part: string;

  constructor(reason: TextQueryError['reason'], part: string) {
    super(reason);
    this.reason = reason;
    this.part = part;
  }
}

/** More words than anybody types, and within what both databases take in one expression. */
export const longestTextQuery = 500;

const longestText = 20_000;

const deepest = 20;

type Token =
  | { readonly kind: 'words'; readonly query: TextQuery | null }
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' };

const escaped = String.raw`\\.`;
const quoted = new RegExp(String.raw`"((?:${escaped}|[^"\\])*)(?:"(?:[~^][\d.]*)*|\\?$)`, 'ysu');
const plain = new RegExp(String.raw`(?:${escaped}|[^\s"()\\])+|\\`, 'ysu');
const sign = /&&|\|\||[-+!](?=[^\s])|[()]/y;
const blank = /\s+/y;

/**
 * What a person writes behind `~`, as Atlassian's "Search syntax for text fields" has it: words that must
 * all occur, "phrases", a trailing * or ?, AND OR NOT + - and parentheses. Fuzziness (~) and weights (^)
 * are ignored, as Jira Cloud does; signs that make no sense are no errors but separate words. null: no
 * word in it, so that nothing can match.
 */
export function parseTextQuery(text: string): TextQuery | null {
  if (text.length > longestText) throw new TextQueryError('too-long', text);
  const tokens = tokenize(text);
  let next = 0;

  const parseOr = (depth: number): TextQuery | null => {
    const parts = [parseAnd(depth)];
    while (next < tokens.length && tokens[next]!.kind !== 'close') {
      next += 1;
      parts.push(parseAnd(depth));
    }
    return joined('or', parts);
  };

  /** Stops at OR, and at the parenthesis that closes an open one. */
  const parseAnd = (depth: number): TextQuery | null => {
    const parts: (TextQuery | null)[] = [];
    const without: (TextQuery | null)[] = [];
    let negated = false;
    for (; next < tokens.length; next++) {
      const token = tokens[next]!;
      if (token.kind === 'or' || (token.kind === 'close' && depth > 0)) break;
      if (token.kind === 'not') negated = !negated;
      if (token.kind !== 'words' && (token.kind !== 'open' || depth === deepest)) continue;
      let query: TextQuery | null;
      if (token.kind === 'words') query = token.query;
      else {
        next += 1;
        query = parseOr(depth + 1);
      }
      (negated ? without : parts).push(query);
      negated = false;
    }
    const all = joined('and', parts);
    const none = without.filter((part) => part !== null);
    return all === null || none.length === 0 ? all : { kind: 'and', parts: [all], without: none };
  };

  let query = parseOr(0);
  // A parenthesis too many closes nothing.
  while (next < tokens.length) {
    next += 1;
    query = joined('and', [query, parseOr(0)]);
  }
  return query;
}

function joined(kind: 'and' | 'or', some: readonly (TextQuery | null)[]): TextQuery | null {
  const parts = some.filter((part) => part !== null);
  if (parts.length <= 1) return parts[0] ?? null;
  return kind === 'or' ? { kind, parts } : { kind, parts, without: [] };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let count = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const addWords = (some: string, prefix: boolean): void => {
    const words = wordsOf(some);
    count += words.length;
    if (count > longestTextQuery) throw new TextQueryError('too-long', text);
    tokens.push({ kind: 'words', query: words.length === 0 ? null : { kind: 'phrase', words, prefix } });
  };
  while (at < text.length) {
    if (take(blank)) continue;
    const phrase = take(quoted);
    if (phrase) {
      addWords(withoutEscapes(phrase[1]!), false);
      continue;
    }
    const signed = take(sign);
    if (signed) {
      const kind = signs[signed[0]];
      if (kind) tokens.push({ kind });
      continue;
    }
    // Whatever it is, one character of it is taken, so that the loop ends.
    const word = take(plain)?.[0] ?? text[at++]!;
    const operator = operators[word];
    if (operator) tokens.push({ kind: operator });
    else addPlain(word, addWords);
  }
  return tokens;
}

const operators: Readonly<Record<string, 'and' | 'or' | 'not' | undefined>> = {
  __proto__: null as never,
  AND: 'and',
  OR: 'or',
  NOT: 'not',
};
const signs: Readonly<Record<string, Exclude<Token['kind'], 'words'> | undefined>> = {
  '&&': 'and',
  '||': 'or',
  '-': 'not',
  '!': 'not',
  '(': 'open',
  ')': 'close',
};

const withoutEscapes = (text: string): string => text.replace(/\\(.)/gsu, '$1');

function addPlain(word: string, addWords: (words: string, prefix: boolean) => void): void {
  const bare = word.replace(/[~^][\d.]*$/, '');
  const wildcard = /(?<!\\)[*?]/.exec(bare);
  if (wildcard === null) {
    addWords(withoutEscapes(bare), false);
    return;
  }
  if (wildcard.index === 0) throw new TextQueryError('leading-wildcard', wildcard[0]);
  const stem = bare.slice(0, wildcard.index);
  if (/[^*?]/.test(bare.slice(wildcard.index))) throw new TextQueryError('inner-wildcard', word);
  addWords(withoutEscapes(stem), true);
}
