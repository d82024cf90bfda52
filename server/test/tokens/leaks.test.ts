import { beforeAll, describe, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import { Application } from '../oauth2/support/application.ts';
import { createdToken } from '../support/api.ts';
import { ask, basic, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { mailsOf } from '../support/mail.ts';
import { changeSetting, useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

const dayMs = 86_400_000;

describe.each(engines)('leaked API tokens on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const works = async (secret: string) =>
    (await ask('GET', rest('api/2/myself'), { headers: bearer(secret) })).status === 200;
  const owned = async (name: string) => {
    const account = await addAccount(server.current, name);
    return createdToken(server.current, basic(account.name, account.password), { name: `of ${name}` });
  };
  const subjects = async (name: string) =>
    (await mailsOf(server.current, `${name}@example.com`)).map(({ subject }) => subject);
  const told = 'An API token is where others can read it (Tessera)';

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test('presented by anybody, they are revoked, and their owners are told', async () => {
    const one = await owned('ann');
    const two = await owned('bob');
    const present = (tokens: string[]) => ask('POST', rest('tessera/1/leaked-tokens'), { body: { tokens } });
    const unknown = `tsr_${'0'.repeat(49)}`;
    const reply = await present([one.rawToken, two.rawToken, one.rawToken, unknown]);
    expect([reply.status, reply.body]).toEqual([200, { revoked: 2 }]);
    expect([await works(one.rawToken), await works(two.rawToken)]).toEqual([false, false]);
    expect((await present([one.rawToken])).body).toEqual({ revoked: 0 });
    expect(await subjects('ann')).toEqual(['An API token was revoked: somebody had it (Tessera)']);
    const [listed] = (
      await ask('GET', rest('tessera/1/tokens'), { headers: basic('ann', 'ann') })
    ).body.filter(({ id }: any) => id === one.id);
    expect(listed).toMatchObject({ state: 'revoked', revokedBy: null, revokedWhy: 'leaked' });
    const refused = await ask('GET', rest('api/2/myself'), { headers: bearer(one.rawToken) });
    const why = await ask('GET', rest(`tessera/1/refusals/${refused.headers.get('x-arequestid')}`), {
      headers: basic('ann', 'ann'),
    });
    expect(why.body.step).toBe('token-leaked');
  });

  test('an application loses what its access or refresh token came of; both are masked in texts', async () => {
    const session = await webSession(server.current, 'fred', 'fred');
    const app = await Application.create(server.current);
    for (const which of ['access_token', 'refresh_token'] as const) {
      const tokens = await app.tokens(session);
      expect(await works(tokens.access_token)).toBe(true);
      const comment = await ask('POST', rest('api/2/issue/PUB-1/comment'), {
        headers: world.fred.auth,
        body: { body: `it has ${tokens[which]}` },
      });
      expect(comment.body.body).toMatch(/^it has ts[of]_MASKED$/);
      const reply = await ask('POST', rest('tessera/1/leaked-tokens'), { body: { tokens: [tokens[which]] } });
      expect(reply.body).toEqual({ revoked: 1 });
      expect(await works(tokens.access_token)).toBe(false);
    }
  });

  test('twenty reports at once revoke it once', async () => {
    const { rawToken } = await owned('carla');
    const replies = await Promise.all(
      Array.from({ length: 20 }, () =>
        ask('POST', rest('tessera/1/leaked-tokens'), { body: { tokens: [rawToken] } }),
      ),
    );
    const counts = replies.map(({ body }) => body.revoked);
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await subjects('carla')).toHaveLength(1);
  });

  test.each([[[]], [['short']], [Array(101).fill('x'.repeat(53))]])(
    '%# a bad report is refused',
    async (tokens) => {
      const reply = await ask('POST', rest('tessera/1/leaked-tokens'), { body: { tokens } });
      expect([reply.status, Object.keys(reply.body.errors)[0]?.startsWith('tokens')]).toEqual([400, true]);
    },
  );

  describe('in a text', () => {
    test('it is masked wherever it is shown, and its owner is told once a day', async () => {
      const { rawToken } = await owned('dan');
      const text = `use -u dan:${rawToken} please`;
      const made = await ask('POST', rest('api/2/issue'), {
        headers: world.fred.auth,
        body: {
          fields: {
            project: { key: 'QA' },
            issuetype: { name: 'Task' },
            summary: `S ${rawToken}`,
            description: text,
          },
        },
      });
      expect(made.status).toBe(201);
      const issue = rest(`api/2/issue/${made.body.key}`);
      const comment = await ask('POST', `${issue}/comment`, {
        headers: world.fred.auth,
        body: { body: text },
      });
      expect(comment.body.body).toBe('use -u dan:tsr_MASKED please');
      await ask('PUT', issue, {
        headers: world.fred.auth,
        body: { fields: { description: `${text} again` } },
      });
      await ask('PUT', `${issue}/properties/note`, { headers: world.fred.auth, body: { note: text } });
      const shown = [
        `api/2/issue/${made.body.key}?expand=renderedFields,changelog`,
        `api/2/issue/${made.body.key}/comment`,
        `api/2/issue/${made.body.key}/properties/note`,
        `api/2/search?jql=key=${made.body.key}&expand=renderedFields`,
        'tessera/1/audit?limit=100',
      ];
      for (const path of shown) {
        const reply = await ask('GET', rest(path), { headers: world.admin.auth });
        expect([path, reply.status, reply.text.includes(rawToken)]).toEqual([path, 200, false]);
      }
      const read = await ask('GET', issue, { headers: world.fred.auth });
      expect(read.body.fields.summary).toBe('S tsr_MASKED');
      expect(await subjects('dan')).toEqual([told]);
      expect(await works(rawToken)).toBe(true);
      const [mail] = await mailsOf(server.current, 'dan@example.com');
      expect(mail?.text).toContain('“of dan”');
      expect(mail?.text).not.toContain(rawToken);
      server.current.clock.advance(dayMs);
      await ask('POST', `${issue}/comment`, { headers: world.fred.auth, body: { body: text } });
      expect(await subjects('dan')).toEqual([told, told]);
      const audit = await ask('GET', rest('tessera/1/audit?event=api-token.leaked'), {
        headers: world.admin.auth,
      });
      expect(audit.text).toContain('of dan');
      expect(audit.text).not.toContain(rawToken);
    });

    test('it is revoked at once where the site says so', async () => {
      await changeSetting(server.current.app, 'revokeLeakedTokens', true);
      const { rawToken } = await owned('eve');
      await ask('POST', rest('api/2/issue/QA-1/comment'), {
        headers: world.fred.auth,
        body: { body: rawToken },
      });
      await server.current.app.leaks.settled();
      expect(await works(rawToken)).toBe(false);
      expect(await subjects('eve')).toEqual(['An API token was revoked: others can read it (Tessera)']);
      await changeSetting(server.current.app, 'revokeLeakedTokens', false);
    });

    test('what only looks like one stays as it is', async () => {
      const text = `tsr_${'a'.repeat(49)} and tsr_short`;
      const comment = await ask('POST', rest('api/2/issue/QA-1/comment'), {
        headers: world.fred.auth,
        body: { body: text },
      });
      expect(comment.body.body).toBe(text);
    });

    test('a text that is refused tells nobody', async () => {
      const { rawToken } = await owned('finn');
      await ask('POST', rest('api/2/issue/QA-999/comment'), {
        headers: world.fred.auth,
        body: { body: rawToken },
      });
      expect(await subjects('finn')).toEqual([]);
    });
  });

  test('B9: in an address it opens nothing, is repeated nowhere, and its owner is told', async () => {
    const { rawToken } = await owned('gil');
    const addresses = [
      `api/2/myself?access_token=${rawToken}`,
      `api/2/issue/QA-1?os_username=gil&os_password=${rawToken}`,
      `nothing/${rawToken}`,
    ];
    for (const path of addresses) {
      const reply = await ask('GET', rest(path));
      expect([reply.headers.get('x-ausername'), reply.text.includes(rawToken)]).toEqual(['anonymous', false]);
    }
    expect(await subjects('gil')).toEqual([told]);
    expect(server.current.logged()).not.toContain(rawToken);
  });

  test('signing in with one is no leak', async () => {
    const { rawToken } = await owned('hal');
    const signedIn = await ask('POST', rest('auth/1/session'), {
      body: { username: 'hal', password: rawToken },
    });
    expect(signedIn.status).toBe(200);
    expect(await subjects('hal')).toEqual([]);
  });
});
