import { afterAll, beforeAll, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import { ask } from '../support/client.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { startPeer } from './support/openid-peer.ts';

/** Follows redirects with a jar for each site, until `until` is reached. */
class Walker {
  readonly #jars = new Map<string, Map<string, string>>();

  jar(url: string): Map<string, string> {
    const { origin } = new URL(url);
    if (!this.#jars.has(origin)) this.#jars.set(origin, new Map());
    return this.#jars.get(origin)!;
  }

  cookies(url: string): string {
    return [...this.jar(url)].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async go(url: string, until: (location: string) => boolean): Promise<string> {
    let at = url;
    for (let hop = 0; hop < 20 && !until(at); hop++) {
      const reply = await fetch(at, { redirect: 'manual', headers: { Cookie: this.cookies(at) } });
      for (const line of reply.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const [name = '', ...value] = pair.split('=');
        this.jar(at).set(name, value.join('='));
      }
      const location = reply.headers.get('location');
      if (location === null) throw new Error(`${at} answered ${reply.status}: ${await reply.text()}`);
      at = new URL(location, at).href;
    }
    return at;
  }
}

const server = useServer({ engine: 'sqlite', env: { TESSERA_OUTBOUND_NETWORKS: '127.0.0.0/8' } });
const at = (path: string) => `${server.current.url}${path}`;
const root = '/rest/tessera/1/identity-providers';
let peer: Awaited<ReturnType<typeof startPeer>>;
let id: string;

beforeAll(async () => {
  await createWorld(server.current, { issues: 1 });
  const headers = await webSession(server.current, 'admin', 'admin');
  // As an administrator does: the addresses first, then what the provider says of itself.
  id = (await ask('POST', at(root), { headers, body: { kind: 'oidc', name: 'Peer', settings: {} } })).body.id;
  const told = (await ask('GET', at(`${root}/${id}/oidc`), { headers })).body;
  peer = await startPeer({
    redirect: told.redirectUri,
    signedOut: told.postLogoutRedirectUri,
    backchannel: told.backchannelLogoutUri,
  });
  const body = {
    name: 'Peer',
    enabled: true,
    settings: {
      issuer: peer.issuer,
      clientId: 'tessera',
      clientSecret: 'a secret with +/ and spaces',
      scopes: ['profile', 'email', 'groups'],
    },
    accountRules: { groups: [{ theirs: 'Engineering', ours: 'jira-software-users' }], joins: [] },
  };
  const set = await ask('PUT', at(`${root}/${id}`), { headers, body });
  expect([set.status, set.text]).toEqual([200, expect.any(String)]);
});
afterAll(() => peer.stop());

test('oidc-provider signs a newcomer in, again without a question, and out', async () => {
  const walker = new Walker();
  const home = (location: string) => location === at('/');
  expect(await walker.go(at(`/sso/${id}/start`), home)).toBe(at('/'));
  const headers = () => ({ Cookie: walker.cookies(at('/')), Origin: server.current.url });
  const me = await ask('GET', at('/rest/api/2/myself?expand=groups'), { headers: headers() });
  expect(me.body).toMatchObject({ name: 'ida', displayName: 'Ida O.', emailAddress: 'ida@op.example' });
  expect(me.body.groups.items.map(({ name }: { name: string }) => name)).toEqual(['jira-software-users']);

  const out = await ask('DELETE', at('/rest/tessera/1/session'), { headers: headers() });
  const { location } = out.body;
  expect(location).toContain(`${peer.issuer}/session/end`);
  const page = await fetch(location, { headers: { Cookie: walker.cookies(location) } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('xsrf')]);
});
