import { expect, test } from 'vitest';
import { readConfig } from '../../config.ts';
import { xsrfToken } from './xsrf-token.ts';

test('C5: the server id in the token has no part of the password of the database', () => {
  const idOf = (TESSERA_DATABASE_URL: string) =>
    xsrfToken(readConfig({ env: { TESSERA_DATABASE_URL } }), 'tss_x').split('_')[0];
  const id = idOf('postgres://tessera:plum@db.example.com:5432/site');
  expect(id).toMatch(/^B[0-9A-F]{3}(-[0-9A-F]{4}){3}$/);
  expect(idOf('postgres://tessera:orbit@db.example.com:5432/site')).toBe(id);
  expect(idOf('postgres://tessera:plum@db.example.com:5432/other')).not.toBe(id);
});
