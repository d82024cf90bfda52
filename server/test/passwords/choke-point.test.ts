import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, askForm } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';

/** Routes that take a password which is not there yet: nothing is proven by it. */
const setting = new Set([
  'setUpSite',
  'createUser',
  'changeUserPassword',
  'confirmPasswordReset',
  'policyCheckCreateUser',
  'policyCheckUpdateUser',
  // Jira's clients send it along; it is not looked at.
  'updateCurrentUser',
  // Signs nobody in, and has a limit of its own, as tight as the lock: peers/ldap/directory-test.test.ts.
  'testDirectory',
]);

/** Bodies that prove a password, with a wrong one. */
const proving: Record<string, object> = {
  login: { username: 'fred', password: 'wrong' },
  openWebSession: { username: 'fred', password: 'wrong' },
  changeMyPassword: { currentPassword: 'wrong', password: 'plum orbit vexes quartz' },
  changeOwnEmail: { email: 'new@example.com', password: 'wrong' },
  startWebSudo: { password: 'wrong' },
  signInByForm: { os_username: 'fred', os_password: 'wrong' },
  startWebSudoByForm: { webSudoPassword: 'wrong' },
};

const secretField = /passw|secret|pwd/i;

describe.each(engines)('P5: one choke point on %s', (engine) => {
  const server = useServer({ engine });

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  const routes = () =>
    server.current.app.routes.filter(({ body }) => {
      const properties = (body as { properties?: object } | undefined)?.properties ?? {};
      return Object.keys(properties).some((name) => secretField.test(name));
    });

  test('P5: every route that reads a password counts a wrong one, once', async () => {
    const unknown = routes().filter(
      ({ id }) => !setting.has(id) && proving[id] === undefined && !/settings/i.test(id),
    );
    expect(unknown.map(({ id }) => id)).toEqual([]);
    let checked = 0;
    for (const { id, method, path, form } of routes()) {
      const body = proving[id];
      if (body === undefined) continue;
      await forgetFailures(server.current);
      const headers = await webSession(server.current, 'fred', 'fred');
      const url = server.current.url + path;
      const noCheck = { ...headers, 'X-Atlassian-Token': 'no-check' };
      const reply = form
        ? await askForm(url, body as Record<string, string>, noCheck)
        : await ask(method, url, { headers, body });
      // A form's page is shown again.
      expect([id, form ? 200 : reply.status >= 400]).toEqual([id, form ? reply.status : true]);
      const records = await recordsOf(server.current, reply);
      expect([id, records.map(({ event }) => event)]).toEqual([id, ['sign-in.failed']]);
      checked++;
    }
    expect(checked).toBeGreaterThanOrEqual(4);
  });
});

test('P5: nothing else compares a password with a stored hash', () => {
  const src = fileURLToPath(new URL('../../src', import.meta.url));
  const comparing = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .filter((path) =>
      /\b(verifyPassword|passwordMatches|argon2idMatches|legacyHashMatches|bcryptMatches)\(/.test(
        readFileSync(join(src, path), 'utf8'),
      ),
    )
    .sort();
  expect(comparing).toEqual([
    'auth/passwords/argon2id.ts',
    'auth/passwords/bcrypt.ts',
    'auth/passwords/legacy-hashes.ts',
    // After proveSecret, whether the hash it proved is still that of the same password.
    'auth/passwords/password-change.ts',
    'auth/passwords/passwords.ts',
    'auth/prove.ts',
  ]);
});
