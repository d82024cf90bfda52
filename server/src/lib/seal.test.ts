import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SealKeyMissing, seal, sealKeyId, unseal } from './seal.ts';

const key = randomBytes(32);

test('H11: a sealed text opens with its key and purpose only', () => {
  const sealed = seal(key, 'totp:10000', 'JBSWY3DPEHPK3PXP');
  expect(sealed).not.toContain('JBSWY3DPEHPK3PXP');
  expect(unseal([key], 'totp:10000', sealed)).toBe('JBSWY3DPEHPK3PXP');
  expect(() => unseal([key], 'totp:10001', sealed)).toThrow();
  expect(() => unseal([randomBytes(32)], 'totp:10000', sealed)).toThrow(SealKeyMissing);
});

test('H11: every altered character is refused', () => {
  const sealed = seal(key, 'p', 'secret');
  const start = sealed.lastIndexOf(':') + 1;
  for (let at = start; at < sealed.length - 1; at++) {
    const other = sealed[at] === 'A' ? 'B' : 'A';
    expect(() => unseal([key], 'p', sealed.slice(0, at) + other + sealed.slice(at + 1))).toThrow();
  }
});

test('an older key still opens what it sealed, and no two seals are alike', () => {
  const older = randomBytes(32);
  const sealed = seal(older, 'p', 'secret');
  expect(unseal([key, older], 'p', sealed)).toBe('secret');
  expect(seal(older, 'p', 'secret')).not.toBe(sealed);
  expect(sealed).toContain(sealKeyId(older));
});
