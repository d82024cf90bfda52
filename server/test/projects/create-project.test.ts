import { beforeAll, describe, expect, test } from 'vitest';
import { type Cast, createCast, ok } from '../permissions/cast.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

describe.each(engines)('creating a project (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;

  beforeAll(async () => {
    cast = await createCast(server.current);
  });

  test("Jira's example: answered by its identity, with the default schemes and administrators", async () => {
    const created = await cast.admin.post('/project', {
      key: 'EX',
      name: 'Example',
      projectTypeKey: 'software',
      projectTemplateKey: 'com.pyxis.greenhopper.jira:gh-scrum-template',
      description: 'An example',
      lead: 'fred',
      url: 'http://example.com',
      assigneeType: 'PROJECT_LEAD',
      avatarId: 10200,
      issueSecurityScheme: null,
      notificationScheme: -1,
    });
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect(created.body).toEqual({ self: `${server.current.url}/rest/api/2/project/${id}`, id, key: 'EX' });
    expect(id).toBeGreaterThanOrEqual(10000);
    expect((await ok(cast.admin.get('/project/EX/permissionscheme'))).id).toBe(0);
    const { actors } = await ok(cast.admin.get('/project/EX/role/10002'));
    expect(actors.map(({ name }: any) => name)).toEqual(['fred', 'jira-administrators']);
    // The lead administers it, everyone signed in browses it.
    expect((await cast.fred.put('/project/EX', { description: 'Mine' })).status).toBe(200);
    expect((await cast.stranger.get('/project/EX')).status).toBe(200);
    expect((await cast.anonymous.get('/project/EX')).status).toBe(404);
  });

  test("Cloud's form names the lead by account id", async () => {
    const { accountId } = cast.accounts.wilma.user;
    await ok(
      cast.admin.post('/project', {
        key: 'CL',
        name: 'Cloud',
        projectTypeKey: 'business',
        leadAccountId: accountId,
      }),
    );
    expect(await ok(cast.admin.get('/project/CL'))).toMatchObject({
      lead: { name: 'wilma' },
      projectTypeKey: 'business',
    });
  });

  test('all mistakes are told at once, in the words that clients match', async () => {
    await ok(cast.admin.post('/project', { key: 'ONE', name: 'First', lead: 'admin' }));
    const attempt = async (body: object) => {
      const { status, body: answer } = await cast.admin.post('/project', body);
      return [status, answer.errors];
    };
    expect(await attempt({ key: 'ONE', name: 'FIRST', lead: 'admin' })).toEqual([
      400,
      {
        projectKey: "Project 'First' uses this project key.",
        projectName: 'A project with that name already exists.',
      },
    ]);
    expect(await attempt({})).toEqual([
      400,
      {
        projectKey: 'You must specify a valid project key.',
        projectName: 'You must specify a valid project name.',
        projectLead: 'You must specify a valid project lead.',
      },
    ]);
    expect(
      await attempt({
        key: 'one two',
        name: 'x'.repeat(81),
        lead: 'nobody',
        projectTypeKey: 'spaceship',
        assigneeType: 'ME',
        url: 'javascript:alert(1)',
        description: 'y'.repeat(32_768),
        permissionScheme: 4711,
        workflowScheme: 'x',
        issueTypeScheme: 1.5,
        issueSecurityScheme: 10001,
      }),
    ).toEqual([400, { issueTypeScheme: expect.any(String) }]);
    const [status, errors] = await attempt({
      key: 'one two',
      name: 'x'.repeat(81),
      lead: 'nobody',
      projectTypeKey: 'spaceship',
      assigneeType: 'ME',
      url: 'javascript:alert(1)',
      description: 'y'.repeat(32_768),
      permissionScheme: 4711,
      workflowScheme: 'x',
      issueSecurityScheme: 10001,
    });
    expect([status, Object.keys(errors as object).toSorted()]).toEqual([
      400,
      [
        'assigneeType',
        'issueSecurityScheme',
        'permissionScheme',
        'projectDescription',
        'projectKey',
        'projectLead',
        'projectName',
        'projectType',
        'projectUrl',
        'workflowScheme',
      ],
    ]);
    expect((await attempt({ key: 'ABCDEFGHIJK', name: 'Long', lead: 'admin' }))[1]).toEqual({
      projectKey: 'The project key must not exceed 10 characters in length.',
    });
    expect((await attempt({ key: 'lower', name: 'Low', lead: 'admin' }))[1]).toEqual({
      projectKey:
        'Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.',
    });
    expect((await attempt({ key: 'NEW', name: 'New', lead: 'admin', colour: 'red' }))[1]).toEqual({
      colour: "Field 'colour' cannot be set. It is not on the appropriate screen, or unknown.",
    });
    expect((await cast.admin.get('/project/NEW')).status).toBe(404);
  });

  test('of many who take one key at once, one gets it', async () => {
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        cast.admin.post('/project', { key: 'RACE', name: `Race ${n}`, lead: 'admin' }),
      ),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 400, 400, 400, 400, 400]);
    for (const { status, body } of replies) {
      if (status === 400) expect(body.errors.projectKey).toMatch(/^Project '.+' uses this project key\.$/);
    }
  });

  test('an inactive user leads nothing', async () => {
    await ok(cast.admin.put('/user?username=stranger', { active: false }));
    const { body } = await cast.admin.post('/project', { key: 'OFF', name: 'Off', lead: 'stranger' });
    expect(body.errors).toEqual({ projectLead: 'You must specify a valid project lead.' });
    await ok(cast.admin.put('/user?username=stranger', { active: true }));
  });

  test('only administrators create one', async () => {
    const body = { key: 'MY', name: 'Mine', lead: 'fred' };
    expect((await cast.fred.post('/project', body)).status).toBe(403);
    expect((await cast.anonymous.post('/project', body)).status).toBe(401);
  });

  test('a key is checked beforehand; the name of a hidden project is not told', async () => {
    const errors = async (who: 'admin' | 'wilma', key: string) => {
      const { status, body } = await cast[who].get(`/projectvalidate/key?key=${key}`);
      expect(status).toBe(200);
      return body;
    };
    expect(await errors('wilma', 'FREE')).toEqual({ errorMessages: [], errors: {} });
    expect((await errors('wilma', 'free')).errors.projectKey).toMatch(/^Project keys must start/);
    const scheme = await ok(cast.admin.post('/permissionscheme', { name: 'Nobody' }));
    await ok(
      cast.admin.post('/project', {
        key: 'HID',
        name: 'Takeover',
        lead: 'admin',
        permissionScheme: String(scheme.id),
      }),
    );
    expect((await errors('admin', 'HID')).errors.projectKey).toBe(
      "Project 'Takeover' uses this project key.",
    );
    expect((await errors('wilma', 'HID')).errors.projectKey).toBe("Project 'HID' uses this project key.");
    expect((await cast.anonymous.get('/projectvalidate/key?key=HID')).status).toBe(401);
  });
});
