import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Provider } from '../single-sign-on/provider.ts';
import { firstName, groupsOf } from './directory-groups.ts';
import { entryOf } from './entry.ts';
import { filters } from './filters.ts';
import { bytesOfGuid, guidOfBytes, isClosed, isReadable } from './person.ts';

const provider = (flavour: string, settings: object = {}) =>
  ({ settings: { flavour, ...settings }, accountRules: { attributes: {} } }) as unknown as Provider;

test('a GUID is written as Windows writes it', () => {
  const bytes = Buffer.from('ffeeddccbbaa99887766554433221100', 'hex');
  expect(guidOfBytes(bytes)).toBe('ccddeeff-aabb-8899-7766-554433221100');
});

test('any GUID comes back from its text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (array) => {
      const bytes = Buffer.from(array);
      expect(bytesOfGuid(guidOfBytes(bytes))).toEqual(bytes);
    }),
  );
});

test('the first name of a distinguished name is read without its escapes (RFC 4514 §4)', () => {
  expect(firstName('CN=Before\\0dAfter,DC=example,DC=net')).toBe('Before\rAfter');
  expect(firstName('CN=James \\"Jim\\" Smith\\, III,DC=example,DC=net')).toBe('James "Jim" Smith, III');
  expect(firstName('cn=Lu\\C4\\8Di\\C4\\87')).toBe('Lučić');
  expect(firstName('OU=Sales+CN=J. Smith,DC=example,DC=net')).toBe('Sales');
  expect(firstName('cn=a\\5c,dc=x')).toBe('a\\');
});

describe('whether the directory has closed the account', () => {
  const closed = (flavour: string, values: Record<string, string>) =>
    isClosed(provider(flavour), entryOf({ dn: 'x', ...values }), Date.UTC(2026, 0, 1));

  test('userAccountControl: the bit ACCOUNTDISABLE, whatever else is set', () => {
    expect(closed('activeDirectory', { userAccountControl: '512' })).toBe(false);
    expect(closed('activeDirectory', { userAccountControl: '514' })).toBe(true);
    expect(closed('activeDirectory', { useraccountcontrol: '66050' })).toBe(true);
    expect(closed('activeDirectory', {})).toBe(false);
  });

  test('accountExpires: 100 ns since 1601; two values mean never', () => {
    const at = (ms: number) => String((BigInt(ms) + 11_644_473_600_000n) * 10_000n);
    expect(closed('activeDirectory', { accountExpires: at(Date.UTC(2026, 0, 1)) })).toBe(true);
    expect(closed('activeDirectory', { accountExpires: at(Date.UTC(2026, 0, 1) + 1) })).toBe(false);
    expect(closed('activeDirectory', { accountExpires: '0' })).toBe(false);
    expect(closed('activeDirectory', { accountExpires: '9223372036854775807' })).toBe(false);
    expect(closed('activeDirectory', { accountExpires: 'soon' })).toBe(false);
  });

  test('pwdAccountLockedTime: for good only', () => {
    expect(closed('openLdap', { pwdAccountLockedTime: '000001010000Z' })).toBe(true);
    expect(closed('openLdap', { pwdAccountLockedTime: '20251231235959Z' })).toBe(false);
    expect(closed('openLdap', {})).toBe(false);
  });
});

test('nothing that is like a password is read, whoever asks for it as a name', () => {
  for (const name of [
    'userPassword',
    'unicodePwd',
    'sambaNTPassword',
    'krbPrincipalKey',
    'pwdHistory',
    'cn;binary',
    'a)(b',
  ]) {
    expect([name, isReadable(name)]).toEqual([name, false]);
  }
  for (const name of ['uid', 'mail', 'memberOf', 'pwdAccountLockedTime', 'sAMAccountName']) {
    expect([name, isReadable(name)]).toEqual([name, true]);
  }
});

test('Active Directory is asked to follow groups in groups by itself, with the name as it is', async () => {
  const asked: string[] = [];
  const settings = { flavour: 'activeDirectory', groupBaseDn: 'ou=g', nestedGroups: true } as never;
  const directory = {
    settings,
    search: async (base: string, { filter }: { filter: object }) => {
      asked.push(base, String(filter));
      return [entryOf({ dn: 'CN=Outer,OU=g', cn: 'Outer' })];
    },
  } as never;
  const entry = entryOf({ dn: 'CN=Ann (Ops)\\, Ltd,OU=p' });
  const found = await groupsOf(directory, await filters(), provider('activeDirectory'), entry);
  expect(found).toEqual(['Outer', 'CN=Outer,OU=g']);
  expect(asked).toEqual([
    'ou=g',
    '(&(objectCategory=group)(member:1.2.840.113556.1.4.1941:=CN=Ann \\28Ops\\29\\5c, Ltd,OU=p))',
  ]);
});
