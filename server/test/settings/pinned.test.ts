import { beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

describe.each(engines)('settings that the configuration pins on %s', (engine) => {
  const pinned = useServer({ engine, env: { TESSERA_LOGIN_ATTEMPTS: '7' } });
  const free = useServer({ engine });
  let world: World;
  let freeWorld: World;
  beforeAll(async () => {
    world = await createWorld(pinned.current, { issues: 1 });
    freeWorld = await createWorld(free.current, { issues: 1 });
  });

  it('are named with their variable, and with the value that counts', async () => {
    const url = `${pinned.current.url}/rest/tessera/1/settings`;
    const headers = world.admin.auth;
    const first = await ask('GET', url, { headers });
    expect(first.body).toMatchObject({
      loginAttempts: 7,
      pinned: { loginAttempts: 'TESSERA_LOGIN_ATTEMPTS' },
    });
    const changed = await ask('PUT', url, { headers, body: { loginAttempts: 5 } });
    expect(changed.body.loginAttempts).toBe(7);
  });

  it('are none unless the configuration says so', async () => {
    const reply = await ask('GET', `${free.current.url}/rest/tessera/1/settings`, {
      headers: freeWorld.admin.auth,
    });
    expect(reply.body).toMatchObject({ loginAttempts: 3, pinned: {} });
  });
});
