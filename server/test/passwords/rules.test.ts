import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hashNewPassword,
  hashPassword,
  isUsableHash,
  passwordFault,
  passwordMatches,
  verifyPassword,
} from '../../src/auth/passwords/passwords.ts';
import { type Config, readConfig } from '../../src/config.ts';

const config = { passwordMemoryKib: 64, passwordPasses: 1 } as Config;
const fred = {
  name: 'fred',
  email: 'freddy.flint@example.com',
  displayName: 'Fred Flintstone',
  siteTitle: 'Bedrock Quarry',
};

const list = brotliDecompressSync(
  readFileSync(new URL('../../src/auth/passwords/common-passwords.br', import.meta.url)),
)
  .toString('utf8')
  .trimEnd()
  .split('\n');

test('P9: 15 to 1024 code points, counted after normalisation', async () => {
  expect(await passwordFault('vex-plum-orbit')).toContain('at least 15');
  expect(await passwordFault('vex-plum-orbits')).toBeUndefined();
  expect(await passwordFault('🦊vex-plum-orb')).toContain('at least 15');
  expect(await passwordFault('🦊🐻vex-plum-orb🦉')).toBeUndefined();
  const words = Array.from({ length: 400 }, (_, i) => ((i * 7919) % 3571).toString(36)).join(' ');
  expect(await passwordFault(words.slice(0, 1024))).toBeUndefined();
  expect(await passwordFault(words.slice(0, 1025))).toContain('at most 1024');
  // 18 characters each, once normalised.
  expect(await passwordFault('\ufdfa'.repeat(500_000))).toContain('at most 1024');
});

test('P9: nothing is cut off: passwords equal in their first 72 bytes differ', async () => {
  const same = 'vex plum orbit and a long tail of words that goes on for more than seventy-two bytes ';
  const hash = await hashPassword(config, `${same}one`);
  expect(await passwordMatches(config, `${same}one`, hash)).toBe(true);
  expect(await passwordMatches(config, `${same}two`, hash)).toBe(false);
});

test('P10: no composition is asked for', async () => {
  for (const password of ['plain words only here', 'NURGROSSBUCHSTABENDA', '4071 5862 9314 7750']) {
    expect(await passwordFault(password, fred), password).toBeUndefined();
  }
  expect(await passwordFault('kkkkkkkkkkkkkkk')).toContain('repeats');
});

test('P11: of the leaked passwords of legal length 3,000 of 3,000 are refused, in any case, with digits added', async () => {
  const legal = list.filter((line) => [...line].length >= 15);
  expect(legal.length).toBeGreaterThan(9000);
  let refused = 0;
  for (const password of legal.slice(0, 3000)) {
    if ((await passwordFault(password)) !== undefined) refused++;
  }
  expect(refused).toBe(3000);
  for (const password of legal.filter((_, i) => i % 50 === 0)) {
    expect(await passwordFault(password), password).toBeDefined();
    expect(await passwordFault(password.toUpperCase()), password).toBeDefined();
  }
});

describe('P11: what is known against a password is told', () => {
  test.each([
    ['leaked', 'momsanaladventure'],
    ['leaked', 'Mailcreated5240'],
    ['leaked', 'password1234567'],
    ['leaked', '!!!Password!!!2024'],
    ['repeats', 'P@ssw0rdP@ssw0rd'],
    ['leaked', '1P@ssw0rdPassword'],
    ['leaked', '2024passwordpassword'],
    ['leaked', 'sunshine83649201'],
    ['repeats', 'abc123abc123abc123'],
    ['repeats', 'horse horse horse '],
    ['repeats', 'vexplumorbitvexplumorbit'],
    ['run of', 'abcdefghijklmnopqrstuvwxyz'],
    ['run of', '98765432109876543'],
    ['run of', 'qwertyuiopasdfghjk'],
    ['run of', 'aaaaabbbbbcccccddddd'],
    ['run of', '1234567890abcdefgh'],
    ['run of', 'йцукенгшщзфывапр'],
  ])('P11: %s: %s', async (reason, password) => {
    const told = await passwordFault(password);
    expect(told).toContain(reason);
    expect(told).toContain('Choose another');
  });

  test.each([
    'tessera-administrator',
    'Tessera2024!!!!!',
    'JiraJiraTessera1',
    'fred.fred.1234567',
    'freddy.flint@example.com',
    'FreddyFlint2024!',
    'Fr3d Fl1nt5t0ne 99',
    'FlintstoneFred1',
    'bedrock-quarry-1',
    'BedrockQuarry2024',
    'example.com-fred-1',
  ])('P11: names that the context gives: %s', async (password) => {
    expect(await passwordFault(password, fred)).toBeDefined();
  });

  test.each([
    'correct-horse-battery-stapler-fred',
    'fred walks nine purple dogs',
    'tessera mosaics of old Ravenna',
    'plum orbit vexes quartz',
    'Hd8#kLw0-xPq4Zt!',
    'ein Satz mit grünen Äpfeln',
    '春の海ひねもすのたりのたりかなと歌う朝',
  ])('nothing is known against: %s', async (password) => {
    expect(await passwordFault(password, fred)).toBeUndefined();
  });
});

test('P11: random passwords of 15 characters pass, whoever they are for', async () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!?'];
  const random = fc
    .array(fc.constantFrom(...letters), { minLength: 16, maxLength: 40 })
    .map((all) => all.join(''));
  await fc.assert(
    fc.asyncProperty(fc.noShrink(random), async (password) => {
      fc.pre(new Set(password).size > 9);
      expect(await passwordFault(password, { ...fred, name: 'zzzz', siteTitle: 'Tessera' })).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

test('whatever is typed, the check answers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 1100 }),
      fc.string({ unit: 'binary' }),
      async (password, name) => {
        const told = await passwordFault(password, { ...fred, name, displayName: name });
        expect(told === undefined || told.length > 0).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

test('P12: one Unicode form: what is typed composed, decomposed or in full width is the same password', async () => {
  const composed = 'grüne Äpfel für Übermorgen';
  const hash = await hashNewPassword(config, composed.normalize('NFD'));
  for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
    expect(await passwordMatches(config, composed.normalize(form), hash)).toBe(true);
  }
  const wide = await hashNewPassword(config, 'ｐｌｕｍ　orbit vexes quartz');
  expect(await passwordMatches(config, 'plum orbit vexes quartz', wide)).toBe(true);
  expect(await passwordMatches(config, 'Plum orbit vexes quartz', wide)).toBe(false);
});

test('T6: no password may look like an API token, in full width neither', async () => {
  expect(await passwordFault('tsr_plum orbit vexes')).toContain('API token');
  expect(await passwordFault('ｔｓｒ＿plum orbit vexes')).toContain('API token');
});

describe('P13: hashes of other programs', () => {
  // Made with bcryptjs and passlib: independent of what checks them here.
  const bcrypt = '$2b$04$7D7X2A7ymJRqyIr0yScx..Xg7s9NCEDn9MBj6iXNxSZM7TB.f/5sO';
  const pkcs5s2 = '{PKCS5S2}AAECAwQFBgcICQoLDA0ODz0YoDBtzU3jwJa4iSVyLxQMif5MrVMSZBxkDyW0IcVY';

  test('P13: bcrypt and PKCS5S2 verify and are outdated', async () => {
    for (const hash of [bcrypt, bcrypt.replace('$2b$', '$2a$'), bcrypt.replace('$2b$', '$2y$'), pkcs5s2]) {
      expect(isUsableHash(hash)).toBe(true);
      expect(await verifyPassword(config, 'grüner Dachs', hash)).toEqual({ matches: true, outdated: true });
      expect(await verifyPassword(config, 'grüner Dachs'.normalize('NFD'), hash)).toMatchObject({
        matches: true,
      });
      expect(await verifyPassword(config, 'grüner dachs', hash)).toEqual({ matches: false, outdated: false });
    }
  });

  test('P13: without anything said, a hash costs 19 MiB and two passes, with a salt of 16 bytes', async () => {
    const hash = await hashPassword(readConfig({ env: {} }), 'plum');
    const salt = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$([A-Za-z0-9+/]+)\$[A-Za-z0-9+/]{43}$/.exec(hash)?.[1];
    expect(Buffer.from(salt ?? '', 'base64')).toHaveLength(16);
  });

  test('P13: an argon2id hash of lower cost is outdated, one of today is not', async () => {
    const hash = await hashPassword(config, 'plum');
    expect(await verifyPassword(config, 'plum', hash)).toEqual({ matches: true, outdated: false });
    const raised = { ...config, passwordPasses: 2 };
    expect(await verifyPassword(raised, 'plum', hash)).toEqual({ matches: true, outdated: true });
    expect(await verifyPassword(raised, 'plumb', hash)).toEqual({ matches: false, outdated: false });
  });

  test('what cannot be checked, or not in a bearable time, is not taken over', () => {
    const argon = (m: number, t: number, p = 1) =>
      `$argon2id$v=19$m=${m},t=${t},p=${p}$c29tZXNhbHRzb21l$${'A'.repeat(43)}`;
    expect(isUsableHash(argon(19_456, 2))).toBe(true);
    const unusable = [
      '',
      'plain',
      '5f4dcc3b5aa765d61d8327deb882cf99',
      `$2b$15$${'a'.repeat(53)}`,
      `$2b$03$${'a'.repeat(53)}`,
      `$2x$10$${'a'.repeat(53)}`,
      '{PKCS5S2}short',
      argon(1_000_000, 2),
      argon(19_456, 100),
      argon(19_456, 2, 4),
      argon(0, 0),
      '$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ];
    for (const hash of unusable) expect(isUsableHash(hash), hash).toBe(false);
  });

  test('a slow bcrypt check does not hold up the event loop', async () => {
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    // Cost 10: some 50 ms of work, with which the loop goes on turning.
    await verifyPassword(config, 'x', `$2b$10$${'a'.repeat(53)}`);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(0);
  });
});
