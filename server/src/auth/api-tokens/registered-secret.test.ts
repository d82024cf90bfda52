import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BadRequest } from '../../errors.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { refuseWeakSecret } from './registered-secret.ts';

describe('T4: random values of real tools are taken', () => {
  test.each([
    [
      'an old Cloud token (24 alphanumerics)',
      () =>
        randomBytes(40)
          .toString('base64')
          .replace(/[^A-Za-z0-9]/g, '')
          .slice(0, 24),
    ],
    ['32 hex characters', () => randomBytes(16).toString('hex')],
    ['40 hex characters', () => randomBytes(20).toString('hex')],
    ['a Data Center token (44 base64 characters)', () => randomBytes(33).toString('base64')],
    ['a UUID', () => randomUUID()],
  ])('%s', { retry: 1 }, (_, make) => {
    for (let i = 0; i < 200; i++) expect(() => refuseWeakSecret(make())).not.toThrow();
  });
});

describe('T4: guessable values are refused', () => {
  test.each([
    'short',
    'passwordpassword1234',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'abcabcabcabcabcabcabcabcabcabcabcabcabc',
    'correct horse battery staple correct',
    'freds_api_token_2024',
    'thisisthesecretofourbuildserver',
    'Summer-Winter-Autumn-Spring-2024',
    '12345678901234567890123456789012',
    makeSecret('tsr'),
    'x'.repeat(2000),
  ])('%s', (secret) => {
    expect(() => refuseWeakSecret(secret)).toThrow(BadRequest);
  });
});
