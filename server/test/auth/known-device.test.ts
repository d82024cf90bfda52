import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { showCaptcha } from '../../src/auth/captcha/captcha.ts';
import { ask, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

describe.each(engines)('L2: a person whose account strangers guess at, on %s', (engine) => {
  const server = useServer({ engine, env: { TESSERA_TRUSTED_PROXIES: '127.0.0.1' } });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;
  const from = (address: string) => ({ 'X-Forwarded-For': address });
  const signIn = (address: string, password: string, { cookie = '', captcha = '' } = {}): Promise<Reply> =>
    ask('POST', at('/rest/tessera/1/session'), {
      headers: { ...from(address), ...(cookie === '' ? {} : { Cookie: cookie }) },
      body: { username: 'wilma', password, ...(captcha === '' ? {} : { captcha }) },
    });
  const deviceOf = (reply: Reply) =>
    reply.headers
      .getSetCookie()
      .find((line) => line.startsWith('tessera.device='))!
      .split(';')[0]!;
  /** From so many networks, and never the same one twice, that the password is closed everywhere. */
  let guesses = 0;
  const guessFromEverywhere = async () => {
    for (let n = 0; n < 12; n++) {
      const headers = { ...from(`198.51.${n}.7`), ...basic('wilma', `guess ${++guesses}`) };
      await ask('GET', at('/rest/api/2/myself'), { headers });
    }
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('L2: is asked for no picture on a device where she signed in before', async () => {
    // It changes at each sign-in.
    let cookie = deviceOf(await signIn('192.0.2.1', 'wilma'));
    for (const address of ['192.0.2.1', '203.0.113.5']) {
      await guessFromEverywhere();
      const stranger = await signIn(address, 'wilma');
      expect([address, stranger.status]).toEqual([address, 403]);
      const reply = await signIn(address, 'wilma', { cookie });
      expect([address, reply.status]).toEqual([address, 200]);
      cookie = deviceOf(reply);
    }
  });

  test('L2: elsewhere gets in with the picture at the first try', async () => {
    await guessFromEverywhere();
    const closed = await signIn('203.0.113.6', 'wilma');
    expect([closed.status, Object.keys(closed.body.errors)]).toEqual([403, ['captcha']]);
    const visit = { secure: false, contextPath: '', cookieHeader: undefined, address: '203.0.113.6' };
    const { answer, cookie } = await showCaptcha(server.current.app.site, 'picture', visit);
    const reply = await signIn('203.0.113.6', 'wilma', { cookie: cookie.split(';')[0]!, captcha: answer });
    expect(reply.status).toBe(200);
    expect((await ask('GET', at('/rest/api/2/myself'), { headers: basic('wilma', 'wilma') })).status).toBe(
      200,
    );
  });

  test('a device has three tries of its own, and no other account’s', async () => {
    const cookie = deviceOf(await signIn('192.0.2.1', 'wilma'));
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await signIn('192.0.2.1', `wrong ${n}`, { cookie })).status);
    expect(statuses).toEqual([401, 401, 401, 403]);
    // What closed there closed there alone.
    expect((await signIn('192.0.2.1', 'wilma')).status).toBe(200);
    await forgetFailures(server.current);
    for (let n = 0; n < 3; n++) {
      const headers = { ...from('192.0.2.9'), ...basic('fred', `guess ${n}`) };
      await ask('GET', at('/rest/api/2/myself'), { headers });
    }
    const other = await ask('POST', at('/rest/tessera/1/session'), {
      headers: { ...from('192.0.2.9'), Cookie: cookie },
      body: { username: 'fred', password: 'fred' },
    });
    expect(other.status).toBe(403);
    expect(world.fred.name).toBe('fred');
  });
});
