import { expect, test } from 'vitest';
import { hasSecretPrefix, isIntactSecret, makeSecret } from './secret-format.ts';

test('a token is its prefix, 43 base62 characters and a 6-character checksum', () => {
  expect(makeSecret('tsr')).toMatch(/^tsr_[0-9A-Za-z]{49}$/);
  expect(makeSecret('tss')).toMatch(/^tss_[0-9A-Za-z]{49}$/);
});

test('10,000 tokens are intact and all different', () => {
  const made = Array.from({ length: 10_000 }, () => makeSecret('tsr'));
  expect(made.every((secret) => isIntactSecret('tsr', secret))).toBe(true);
  expect(new Set(made).size).toBe(made.length);
});

test('T1: every single-character edit is rejected by the checksum', () => {
  const secret = makeSecret('tsr');
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-';
  const survivors = [];
  for (let i = 0; i < secret.length; i++) {
    for (const character of alphabet) {
      const edited = secret.slice(0, i) + character + secret.slice(i + 1);
      if (edited !== secret && isIntactSecret('tsr', edited)) survivors.push(edited);
    }
  }
  expect(survivors).toEqual([]);
});

test('a session is no token', () => {
  expect(hasSecretPrefix('tsr', makeSecret('tss'))).toBe(false);
  expect(isIntactSecret('tsr', makeSecret('tss'))).toBe(false);
});
