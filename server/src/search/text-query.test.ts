import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TextQuery } from '../db/full-text.ts';
import { longestTextQuery, parseTextQuery, TextQueryError } from './text-query.ts';

function sketch(query: TextQuery | null): string {
  if (query === null) return 'nothing';
  if (query.kind === 'phrase') return `${query.words.join('_')}${query.prefix ? '*' : ''}`;
  const parts = query.parts.map(sketch).join(query.kind === 'and' ? ' & ' : ' | ');
  const without = query.kind === 'and' ? query.without.map((part) => ` - ${sketch(part)}`).join('') : '';
  return `(${parts}${without})`;
}

describe('texts to search for', () => {
  test.each([
    ['login', 'login'],
    ['Login FAILS', '(login & fails)'],
    ['login AND fails', '(login & fails)'],
    ['login && fails', '(login & fails)'],
    ['+login +fails', '(login & fails)'],
    ['login OR fails', '(login | fails)'],
    ['a b || c', '((a & b) | c)'],
    ['and or not', '(and & or & not)'],
    ['"login fails"', 'login_fails'],
    ['"login fails" now', '(login_fails & now)'],
    ['x"login fails"y', '(x & login_fails & y)'],
    ['lcls-ii', 'lcls_ii'],
    ['psana:detector', 'psana_detector'],
    [String.raw`psana\:detector`, 'psana_detector'],
    ['epix*', 'epix*'],
    ['epi?', 'epi*'],
    ['QA-3*', 'qa_3*'],
    ['detector -calibration', '(detector - calibration)'],
    ['detector NOT calibration', '(detector - calibration)'],
    ['detector !"a b"', '(detector - a_b)'],
    ['-detector', 'nothing'],
    ['a OR -b', 'a'],
    ['- a', 'a'],
    ['(a OR b) c', '((a | b) & c)'],
    ['a -(b OR c)', '(a - (b | c))'],
    ['a (b', '(a & b)'],
    ['a) b', '(a & b)'],
    ['((((a))))', 'a'],
    ['roam~0.8 jira^4 "a b"~10 "c"^2', '(roam & jira & a_b & c)'],
    ['', 'nothing'],
    ['--- ... ()', 'nothing'],
    ['a AND', 'a'],
    ['OR a', 'a'],
    ['"unfinished phrase', 'unfinished_phrase'],
    [String.raw`"a \"b\" c"`, 'a_b_c'],
    [String.raw`why\?`, 'why'],
    [
      'session_start(): Failed to read (path: /var/lib) in index.php',
      '(session_start & failed & to & read & (path & var_lib) & in & index_php)',
    ],
    ['constructor __proto__ toString', '(constructor & proto & tostring)'],
    ['\\', 'nothing'],
    ['a \\', 'a'],
    ['日本 語', '(日_本 & 語)'],
  ])('%s', (text, found) => {
    expect(sketch(parseTextQuery(text))).toBe(found);
  });

  test.each([
    ['*epix', 'leading-wildcard', '*'],
    ['a ?b', 'leading-wildcard', '?'],
    ['te?t', 'inner-wildcard', 'te?t'],
    ['a wi*95', 'inner-wildcard', 'wi*95'],
    ['w '.repeat(longestTextQuery + 1), 'too-long', 'w '.repeat(longestTextQuery + 1)],
  ])('%s is refused', (text, reason, part) => {
    expect(() => parseTextQuery(text)).toThrow(expect.objectContaining({ reason, part }));
  });

  test('anything is a query or refused, and its words hold no signs', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '"',
        '-',
        '+',
        '!',
        '&&',
        '||',
        ' ',
        '\\',
        '*',
        '?',
        '~',
        '^2',
        'AND',
        'OR',
        'NOT',
        'w',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const check = (query: TextQuery | null): void => {
      if (query === null) return;
      if (query.kind === 'phrase') {
        expect(query.words.length).toBeGreaterThan(0);
        for (const word of query.words) expect(word).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
        return;
      }
      expect(query.parts.length).toBeGreaterThan(0);
      query.parts.forEach(check);
      if (query.kind === 'and') query.without.forEach(check);
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          check(parseTextQuery(pieces.join('')));
        } catch (error) {
          if (!(error instanceof TextQueryError)) throw error;
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test('20,000 characters between quotes', () => {
    expect(parseTextQuery(`"${'x'.repeat(19_990)}" y`)).toMatchObject({ kind: 'and' });
  });

  test.each(['(', ')', '"', '-', '!(', 'a(', '\\', '" ', '"\\'])('20,000 characters of %j end', (piece) => {
    expect(() => {
      try {
        parseTextQuery(piece.repeat(20_000 / piece.length));
      } catch (error) {
        if (!(error instanceof TextQueryError)) throw error;
      }
    }).not.toThrow();
  });
});
