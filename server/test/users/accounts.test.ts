import { beforeAll, describe, expect, test } from 'vitest';
import { addProject, type Cast, createCast, insertIssue, ok } from '../permissions/cast.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

describe.each(engines)('accounts (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;

  beforeAll(async () => {
    cast = await createCast(server.current);
  });

  const barney = {
    name: 'barney',
    emailAddress: 'Barney@Example.com',
    displayName: 'Barney Rubble',
    password: 'bedrock bowling night',
  };

  test('an administrator creates one, and it signs in by name, address and password', async () => {
    const created = await cast.admin.post('/user', { ...barney, notification: 'false' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: 'barney',
      emailAddress: 'Barney@Example.com',
      displayName: 'Barney Rubble',
      active: true,
      groups: { size: 1, items: [{ name: 'jira-software-users' }] },
    });
    expect(created.body.key).toMatch(/^JIRAUSER\d{5,}$/);
    expect(created.text).not.toContain('bowling');
    for (const name of ['BARNEY', 'barney@example.com']) {
      const reply = await ask('GET', `${server.current.url}/rest/api/2/myself`, {
        headers: basic(name, barney.password),
      });
      expect([name, reply.status]).toEqual([name, 200]);
    }
  });

  test("Cloud's form: an address is enough, and no product means no group", async () => {
    const { body } = await cast.admin.post('/user', { emailAddress: 'mia@example.com', products: [] });
    expect(body).toMatchObject({
      name: 'mia@example.com',
      displayName: 'mia@example.com',
      groups: { size: 0 },
    });
  });

  test('all mistakes are told at once', async () => {
    const { status, body } = await cast.admin.post('/user', {
      name: 'has:colon',
      emailAddress: 'nowhere',
      displayName: ' ',
    });
    expect([status, body]).toEqual([
      400,
      {
        errorMessages: [],
        errors: {
          username: 'The username must not contain spaces or the characters : < > & % ,',
          emailAddress: 'You must specify a valid email address.',
          displayName: 'You must specify a full name.',
        },
      },
    ]);
    const weak = await cast.admin.post('/user', {
      ...barney,
      name: 'weak',
      emailAddress: 'weak@example.com',
      password: 'x',
    });
    expect([weak.status, Object.keys(weak.body.errors)]).toEqual([400, ['password']]);
    const unknown = await cast.admin.post('/user', { ...barney, admin: true });
    expect(unknown.body.errors).toEqual({
      admin: "Field 'admin' cannot be set. It is not on the appropriate screen, or unknown.",
    });
  });

  test('names and addresses are one namespace, whatever their case and spelling', async () => {
    const taken = { username: 'A user with that username already exists.' };
    const takenAddress = { emailAddress: 'A user with that email address already exists.' };
    const attempt = async (name: string, emailAddress: string) =>
      (await cast.admin.post('/user', { name, emailAddress, displayName: 'X' })).body.errors;
    expect(await attempt('FRED', 'new@example.com')).toEqual(taken);
    expect(await attempt('new', 'FRED@example.COM')).toEqual(takenAddress);
    expect(await attempt('ｆｒｅｄ', 'new@example.com')).toEqual(taken);
    expect(await attempt('Fred@Example.com', 'new@example.com')).toEqual(taken);
    expect(await attempt('FRED', 'wilma@example.com')).toEqual({ ...taken, ...takenAddress });
  });

  test('of many who take one name at once, one gets it', async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        cast.admin.post('/user', { name: 'prize', emailAddress: `prize${n}@example.com`, displayName: 'P' }),
      ),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 400, 400, 400, 400, 400, 400, 400]);
  });

  test('an administrator changes names, address and whether the account is active', async () => {
    const { key } = await ok(
      cast.admin.post('/user', { ...barney, name: 'dino', emailAddress: 'dino@example.com' }),
    );
    const renamed = await ok(
      cast.admin.put('/user?username=DINO', {
        name: 'dino2',
        emailAddress: 'd@example.com',
        displayName: 'Dino',
      }),
    );
    expect(renamed).toMatchObject({ key, name: 'dino2', emailAddress: 'd@example.com', displayName: 'Dino' });
    const myself = () =>
      ask('GET', `${server.current.url}/rest/api/2/myself`, { headers: basic('dino2', barney.password) });
    expect((await myself()).status).toBe(200);
    const off = await ok(cast.admin.put(`/user?key=${key}`, { active: false }));
    expect(off).toMatchObject({ active: false, name: 'dino2' });
    expect((await myself()).status).toBe(401);
    const clash = await cast.admin.put(`/user?key=${key}`, { name: 'wilma@example.com' });
    expect(clash.body.errors).toEqual({ username: 'A user with that username already exists.' });
    expect((await cast.admin.put('/user?username=nobody', { active: true })).status).toBe(404);
  });

  test('an account that did something is kept; one that did nothing can be deleted', async () => {
    const { id } = await addProject(cast, 'DEED', { EDIT_ISSUES: [{ type: 'user', parameter: 'stranger' }] });
    await insertIssue(server.current, id, { reporter: cast.accounts.stranger.user.id });
    const refused = await cast.admin.delete('/user?username=stranger');
    expect(refused.status).toBe(400);
    expect(refused.body.errorMessages).toEqual([
      "Cannot delete user 'stranger', who is still reporter of an issue. Deactivate the account instead.",
    ]);
    await ok(cast.admin.post('/user', { ...barney, name: 'gone', emailAddress: 'gone@example.com' }));
    expect((await cast.admin.delete('/user?username=gone')).status).toBe(204);
    expect((await cast.admin.get('/user?username=gone')).status).toBe(404);
    expect((await cast.admin.delete('/user?username=admin')).status).toBe(400);
  });

  test('only administrators manage accounts', async () => {
    for (const [who, status] of [
      ['fred', 403],
      ['anonymous', 401],
    ] as const) {
      expect((await cast[who].post('/user', barney)).status).toBe(status);
      expect((await cast[who].put('/user?username=fred', { displayName: 'X' })).status).toBe(status);
      // The same for somebody who is not there: nobody learns who is.
      expect((await cast[who].put('/user?username=nobody', { displayName: 'X' })).status).toBe(status);
      expect((await cast[who].delete('/user?username=wilma')).status).toBe(status);
    }
  });

  test('what was done is in the audit log, without the password', async () => {
    const rows = await server.current.app.site.db.selectFrom('audit_events').selectAll().execute();
    const made = rows.find((row) => row.event === 'user.created' && row.subject === 'barney');
    expect(made).toMatchObject({ outcome: 'ok', actor_name: 'admin', via: 'api-token' });
    expect(JSON.stringify(rows)).not.toContain('bowling');
  });
});
