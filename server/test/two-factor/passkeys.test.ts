import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../audit/trail.ts';
import { SoftAuthenticator } from '../support/authenticator.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { useServer } from '../support/server.ts';
import { type Account, addAccount, createWorld, type World } from '../support/world.ts';
import { Browser } from './person.ts';

let made = 0;

describe.each(engines)('passkeys on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let base = '';
  const factors = '/rest/tessera/1/myself/factors';
  const myself = (headers: Record<string, string>) => ask('GET', `${base}/rest/api/2/myself`, { headers });

  const owner = async (): Promise<{ account: Account; browser: Browser; device: SoftAuthenticator }> => {
    const account = await addAccount(server.current, `person${++made}`);
    const browser = new Browser(server.current, base);
    await browser.signIn(account.name, account.password);
    const device = new SoftAuthenticator();
    const options = await browser.send('POST', `${factors}/passkeys/options`);
    expect(options.body.authenticatorSelection).toMatchObject({
      residentKey: 'required',
      userVerification: 'required',
    });
    const added = await browser.send('POST', `${factors}/passkeys`, {
      name: 'Laptop',
      response: device.register(options.body, browser.origin),
    });
    expect([added.status, added.body.recoveryCodes?.length]).toEqual([201, 10]);
    return { account, browser, device };
  };
  const signInOptions = async (browser: Browser) =>
    (await browser.send('POST', '/rest/tessera/1/session/passkey-options')).body;
  const signIn = (browser: Browser, passkey: unknown) =>
    browser.send('POST', '/rest/tessera/1/session/passkey', { passkey });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    // An address is no relying party: passkeys belong to a name.
    base = server.current.url.replace('127.0.0.1', 'localhost');
  });
  beforeEach(() => forgetFailures(server.current));

  test('a passkey signs in as the only step, without a name', async () => {
    const { account, device } = await owner();
    const browser = new Browser(server.current, base);
    const options = await signInOptions(browser);
    expect(options.allowCredentials ?? []).toEqual([]);
    const reply = await signIn(browser, device.answer(options, browser.origin));
    expect([reply.status, reply.body.user.name]).toEqual([200, account.name]);
    expect((await recordsOf(server.current, reply)).at(-1)!.detail).toContain('"by":"passkey"');
    const listed = await browser.send('GET', factors);
    expect(listed.body.passkeys).toMatchObject([{ name: 'Laptop', backedUp: false }]);
    expect(listed.body.passkeys[0].lastUsed).not.toBeNull();
  });

  test('a passkey is the second step after a password', async () => {
    const { account, device } = await owner();
    const browser = new Browser(server.current, base);
    expect((await browser.signIn(account.name, account.password)).body).toEqual({ secondStep: true });
    expect((await browser.send('GET', '/rest/tessera/1/second-step')).body).toMatchObject({
      totp: false,
      passkey: true,
      enrol: false,
    });
    const options = await browser.send('POST', '/rest/tessera/1/second-step/passkey-options');
    expect(options.body.allowCredentials).toHaveLength(1);
    const passkey = device.answer(options.body, browser.origin);
    expect((await browser.secondStep({ passkey })).body.user.name).toBe(account.name);
    // Over REST the password alone opens nothing.
    expect((await myself(basic(account.name, account.password))).status).toBe(401);
    expect((await myself(account.auth)).status).toBe(200);
  });

  test('30, L: a passkey signs in through every lock of the password, and lifts them', async () => {
    const { account, device } = await owner();
    for (let n = 0; n < 4; n++) await myself(basic(account.name, `wrong ${n}`));
    expect((await myself(account.auth)).status).toBe(403);
    const browser = new Browser(server.current, base);
    const reply = await signIn(browser, device.answer(await signInOptions(browser), browser.origin));
    expect(reply.status).toBe(200);
    expect((await recordsOf(server.current, reply)).map(({ event }) => event)).toContain('lock.lifted');
    expect((await myself(account.auth)).status).toBe(200);
  });

  test('M4: a ceremony with any part of it wrong is refused, on record, and the challenge is spent', async () => {
    const { device } = await owner();
    const stranger = new SoftAuthenticator();
    const browser = new Browser(server.current, base);
    const options = await signInOptions(browser);
    const { origin } = browser;
    const flip = (bytes: Buffer) => {
      const copy = Buffer.from(bytes);
      copy[copy.length - 1]! ^= 1;
      return copy;
    };
    type Wrong = Parameters<SoftAuthenticator['answer']>[2];
    const wrongs: Record<string, Wrong> = {
      'another challenge': { challenge: Buffer.alloc(32).toString('base64url') },
      'no challenge': { challenge: '' },
      'another origin': { origin: 'https://evil.example' },
      'another port': { origin: 'http://localhost:1' },
      'another scheme': { origin: origin.replace('http:', 'https:') },
      'the origin of a sibling': { origin: origin.replace('localhost', 'evil.localhost') },
      'another ceremony': { type: 'webauthn.create' },
      'another relying party': { rpId: 'evil.example' },
      'nobody present': { flags: 0x00 },
      'nobody verified': { flags: 0x01 },
      'a damaged signature': { signature: flip },
      'no signature': { signature: () => Buffer.alloc(0) },
    };
    for (const [what, wrong] of Object.entries(wrongs)) {
      const fresh = await signInOptions(browser);
      const reply = await signIn(browser, device.answer(fresh, origin, wrong));
      expect([what, reply.status]).toEqual([what, 401]);
      const [record] = await recordsOf(server.current, reply);
      expect([what, record?.event]).toEqual([what, 'sign-in.failed']);
    }
    const unknown = await signIn(browser, stranger.answer(options, origin));
    expect(unknown.status).toBe(401);
    for (const junk of [{ id: 'x' }, { id: device.credentialId.toString('base64url') }, { id: '' }]) {
      expect((await signIn(browser, junk)).status).toBe(401);
    }
    expect(await browser.name()).toBeNull();
    // The good one still works, once.
    const last = await signInOptions(browser);
    const good = device.answer(last, origin);
    const replies = await Promise.all(Array.from({ length: 10 }, () => signIn(browser, good)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('M4: every byte of a good answer that is changed makes it wrong', async () => {
    const { device } = await owner();
    const browser = new Browser(server.current, base);
    for (const part of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      for (let n = 0; n < 12; n++) {
        const answer = device.answer(await signInOptions(browser), browser.origin);
        const bytes = Buffer.from(answer.response[part], 'base64url');
        bytes[Math.floor((bytes.length * n) / 12)]! ^= 1 << (n % 8);
        answer.response[part] = bytes.toString('base64url');
        expect([part, n, (await signIn(browser, answer)).status]).toEqual([part, n, 401]);
      }
    }
  });

  test('M4: a challenge is good for five minutes, once, for its own purpose and account', async () => {
    const [one, other] = [await owner(), await owner()];
    const browser = new Browser(server.current, base);
    const late = await signInOptions(browser);
    server.current.clock.advance(5 * 60_000);
    expect((await signIn(browser, one.device.answer(late, browser.origin))).status).toBe(401);
    // One that was meant for a second step opens nothing alone, and not for somebody else.
    await browser.signIn(one.account.name, one.account.password);
    const step = (await browser.send('POST', '/rest/tessera/1/second-step/passkey-options')).body;
    expect((await signIn(browser, one.device.answer(step, browser.origin))).status).toBe(401);
    const again = (await browser.send('POST', '/rest/tessera/1/second-step/passkey-options')).body;
    const foreign = await browser.secondStep({ passkey: other.device.answer(again, browser.origin) });
    expect(foreign.status).toBe(401);
    const alone = await signInOptions(browser);
    const asStep = await browser.secondStep({ passkey: one.device.answer(alone, browser.origin) });
    expect(asStep.status).toBe(401);
  });

  test('M4: a counter that goes back is refused, and raises an alarm', async () => {
    const { account, device } = await owner();
    const browser = new Browser(server.current, base);
    await signIn(browser, device.answer(await signInOptions(browser), browser.origin, { count: 7 }));
    await browser.send('DELETE', '/rest/tessera/1/session');
    const options = await signInOptions(browser);
    const copied = await signIn(browser, device.answer(options, browser.origin, { count: 7 }));
    expect(copied.status).toBe(401);
    expect((await recordsOf(server.current, copied)).map(({ event }) => event)).toContain('passkey.cloned');
    const mails = await mailsOf(server.current, account.email);
    expect(mails.map(({ subject }) => subject)).toContain('A passkey may have been copied (Tessera)');
    // Devices that do not count always say nought.
    const silent = await owner();
    for (let n = 0; n < 2; n++) {
      const reply = await signIn(
        browser,
        silent.device.answer(await signInOptions(browser), browser.origin, { count: 0 }),
      );
      expect(reply.status).toBe(200);
    }
  });

  test('administrator access is confirmed by passkey, without the password', async () => {
    const { account, browser, device } = await owner();
    server.current.clock.advance(10 * 60_000);
    expect((await browser.send('POST', `${factors}/recovery-codes`)).status).toBe(401);
    const options = await browser.send('POST', '/rest/tessera/1/websudo/passkey-options');
    const foreign = (await owner()).device.answer(options.body, browser.origin);
    expect((await browser.send('POST', '/rest/tessera/1/websudo', { passkey: foreign })).status).toBe(400);
    const more = await browser.send('POST', '/rest/tessera/1/websudo/passkey-options');
    const passkey = device.answer(more.body, browser.origin);
    expect((await browser.send('POST', '/rest/tessera/1/websudo', { passkey })).status).toBe(204);
    expect((await browser.send('POST', `${factors}/recovery-codes`)).status).toBe(201);
    expect(account.name).toBeDefined();
  });

  test('several passkeys have names, are renamed and removed; a removed one signs in no more', async () => {
    const { browser, device } = await owner();
    const second = new SoftAuthenticator();
    const options = await browser.send('POST', `${factors}/passkeys/options`);
    expect(options.body.excludeCredentials).toHaveLength(1);
    const response = second.register(options.body, browser.origin);
    const unnamed = await browser.send('POST', `${factors}/passkeys`, { name: ' ', response });
    expect([unnamed.status, Object.keys(unnamed.body.errors)]).toEqual([400, ['name']]);
    const added = await browser.send('POST', `${factors}/passkeys`, { name: 'Phone', response });
    expect([added.status, added.body.recoveryCodes]).toEqual([201, null]);
    const [first] = (await browser.send('GET', factors)).body.passkeys;
    expect(
      (await browser.send('PUT', `${factors}/passkeys/${first.id}`, { name: 'Old laptop' })).status,
    ).toBe(204);
    expect(
      (await browser.send('GET', factors)).body.passkeys.map((one: { name: string }) => one.name),
    ).toEqual(['Old laptop', 'Phone']);
    expect((await browser.send('DELETE', `${factors}/passkeys/${first.id}`)).status).toBe(204);
    expect((await browser.send('DELETE', `${factors}/passkeys/${first.id}`)).status).toBe(404);
    const stranger = new Browser(server.current, base);
    const gone = await signIn(stranger, device.answer(await signInOptions(stranger), stranger.origin));
    expect(gone.status).toBe(401);
  });

  test('M4: a registration that was tampered with adds nothing', async () => {
    const { browser } = await owner();
    const add = (response: unknown) => browser.send('POST', `${factors}/passkeys`, { name: 'X', response });
    const optionsOf = async () => (await browser.send('POST', `${factors}/passkeys/options`)).body;
    const device = new SoftAuthenticator();
    const elsewhere = await add(device.register(await optionsOf(), 'https://evil.example'));
    expect([elsewhere.status, Object.keys(elsewhere.body.errors)]).toEqual([400, ['response']]);
    const options = await optionsOf();
    expect(
      (await add(device.register({ ...options, rp: { id: 'evil.example' } }, browser.origin))).status,
    ).toBe(400);
    expect((await add(device.register({ ...options, challenge: 'AAAA' }, browser.origin))).status).toBe(400);
    const good = device.register(await optionsOf(), browser.origin);
    expect((await add(good)).status).toBe(201);
    expect((await add(good)).status).toBe(400);
    // Somebody else's account does not get it too.
    const other = await owner();
    const theirs = await other.browser.send('POST', `${factors}/passkeys/options`);
    const twice = await other.browser.send('POST', `${factors}/passkeys`, {
      name: 'X',
      response: device.register(theirs.body, other.browser.origin),
    });
    expect(twice.status).toBe(409);
  });

  test('under an address instead of a name the reason is told', async () => {
    const browser = new Browser(server.current);
    const reply = await browser.send('POST', '/rest/tessera/1/session/passkey-options');
    expect([reply.status, reply.body.errorMessages[0]]).toEqual([
      400,
      expect.stringContaining('http://localhost'),
    ]);
    expect(world.admin.name).toBe('admin');
  });
});
