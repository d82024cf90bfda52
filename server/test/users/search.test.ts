import { beforeAll, describe, expect, test } from 'vitest';
import { addProject, type Cast, createCast, insertIssue, ok } from '../permissions/cast.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

describe.each(engines)('finding people (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;

  beforeAll(async () => {
    cast = await createCast(server.current);
    for (const [name, displayName] of [
      ['elodie', 'Élodie Saint-Martin'],
      ['percent', '100% Real'],
      ['under_score', 'Under Score'],
    ]) {
      await ok(cast.admin.post('/user', { name, displayName, emailAddress: `${name}.mail@example.org` }));
    }
    await ok(
      cast.admin.post('/user', { name: 'left', displayName: 'Left Us', emailAddress: 'left@example.com' }),
    );
    await ok(cast.admin.put('/user?username=left', { active: false }));
  });

  const names = (users: any[]) => users.map(({ name }) => name);
  const everyone = ['percent', 'admin', 'fred', 'stranger', 'under_score', 'wilma', 'elodie'];

  test.each([
    ['the start of a user name, in any case', 'FRE', ['fred']],
    ['the start of an address', 'elodie.m', ['elodie']],
    ['the start of the full name', 'élo', ['elodie']],
    ['a later word of the full name', 'score', ['under_score']],
    ['a word after a hyphen', 'MARTIN', ['elodie']],
    ['wildcards stand for themselves', '100%', ['percent']],
    ['an underscore too', 'under_', ['under_score']],
    ['not the middle of a word', 'red', []],
    ['nobody', 'zzz', []],
  ])('%s', async (_what, text, expected) => {
    const query = encodeURIComponent(text);
    expect(names(await ok(cast.fred.get(`/user/search?username=${query}`)))).toEqual(expected);
    expect(names(await ok(cast.fred.get(`/user/search?query=${query}`)))).toEqual(expected);
  });

  test.each(["'", '.', '_', '%', '@', ''])('%j lists everyone who is active', async (text) => {
    const users = await ok(cast.fred.get(`/user/search?username=${encodeURIComponent(text)}`));
    expect(names(users).toSorted()).toEqual(everyone.toSorted());
  });

  test('inactive people only when asked for, by page', async () => {
    const all = '/user/search?username=.&includeInactive=true';
    expect(names(await ok(cast.fred.get(all)))).toContain('left');
    const off = '/user/search?username=.&includeInactive=true&includeActive=false';
    expect(names(await ok(cast.fred.get(off)))).toEqual(['left']);
    const whole = names(await ok(cast.fred.get(`${all}&maxResults=1000000`)));
    const pages = [];
    for (const startAt of [0, 3, 6]) {
      pages.push(...names(await ok(cast.fred.get(`${all}&startAt=${startAt}&maxResults=3`))));
    }
    expect(pages).toEqual(whole);
    expect(names(await ok(cast.fred.get('/users/search'))).toSorted()).toEqual(whole.toSorted());
    expect((await ok(cast.fred.get('/users?maxResults=2'))).length).toBe(2);
  });

  test('one user by name, key or account id; a miss in the words of each', async () => {
    const { user } = cast.accounts.wilma;
    for (const query of ['username=WILMA', `key=${user.key}`, `accountId=${user.accountId}`]) {
      expect((await ok(cast.fred.get(`/user?${query}`))).name).toBe('wilma');
    }
    const message = async (query: string) => {
      const { status, body } = await cast.fred.get(`/user${query}`);
      return [status, body.errorMessages];
    };
    expect(await message('?username=nix')).toEqual([404, ["The user named 'nix' does not exist"]]);
    expect(await message('?key=nix')).toEqual([404, ["The user with the key 'nix' does not exist"]]);
    expect((await message('?accountId=nix'))[0]).toBe(404);
    expect((await message(''))[0]).toBe(400);
    expect((await message('?username=a&username=b'))[0]).toBe(400);
    expect((await cast.fred.get('/user/search')).body.errorMessages).toEqual([
      'The username query parameter was not provided',
    ]);
  });

  test('groups of a user', async () => {
    const groups = await ok(cast.fred.get('/user/groups?username=admin'));
    expect(names(groups)).toEqual(['jira-administrators', 'jira-software-users']);
    expect((await ok(cast.fred.get('/user?username=admin&expand=groups'))).groups.size).toBe(2);
  });

  test('without Browse Users: oneself, and nobody else, there or not', async () => {
    expect((await cast.stranger.get('/user?username=stranger')).status).toBe(200);
    const hit = await cast.stranger.get('/user?username=fred');
    const miss = await cast.stranger.get('/user?username=nix');
    expect([hit.status, hit.text]).toEqual([403, miss.text]);
    expect(await ok(cast.stranger.get('/user/search?username=fred'))).toEqual([]);
    expect((await ok(cast.stranger.get('/user/picker?query=fred'))).users).toEqual([]);
    expect((await cast.stranger.get('/users/search')).status).toBe(403);
    expect((await cast.stranger.get('/user/groups?username=fred')).status).toBe(403);
  });

  test('the picker marks the match, escaped', async () => {
    await ok(
      cast.admin.post('/user', {
        name: 'evil',
        displayName: '<b>Evil</b> & Co',
        emailAddress: 'evil@example.org',
      }),
    );
    const { users, total } = await ok(cast.fred.get('/user/picker?query=evil'));
    expect(total).toBe(1);
    expect(users[0].html).toBe(
      '&lt;b&gt;<b>Evil</b>&lt;/b&gt; &amp; Co - <b>evil</b>@example.org (<b>evil</b>)',
    );
    expect((await ok(cast.fred.get('/user/picker?query=evil&exclude=evil'))).users).toEqual([]);
    expect((await cast.admin.delete('/user?username=evil')).status).toBe(204);
  });

  test('assignable: who holds Assignable User, through any holder; on an issue its people too', async () => {
    const { wilma } = cast.accounts;
    const { id } = await addProject(cast, 'TEAM', {
      BROWSE_PROJECTS: [{ type: 'applicationRole' }],
      ASSIGN_ISSUES: [{ type: 'applicationRole' }],
      ASSIGNABLE_USER: [
        { type: 'user', parameter: 'fred' },
        { type: 'projectRole', parameter: '10001' },
        { type: 'projectLead' },
        { type: 'reporter' },
      ],
    });
    await ok(cast.admin.post('/project/TEAM/role/10001', { user: ['elodie', 'left'] }));
    await insertIssue(server.current, id, { reporter: wilma.user.id });
    const found = async (query: string) =>
      names(await ok(cast.stranger.get(`/user/assignable/search?${query}`)));
    expect(await found('project=TEAM')).toEqual(['admin', 'fred', 'elodie']);
    expect(await found('project=TEAM&username=el')).toEqual(['elodie']);
    expect(await found(`project=${id}&query=fre`)).toEqual(['fred']);
    expect(await found('issueKey=TEAM-1')).toEqual(['admin', 'fred', 'wilma', 'elodie']);
    expect((await cast.stranger.get('/user/assignable/search')).status).toBe(400);
    expect((await cast.stranger.get('/user/assignable/search?project=NIX')).status).toBe(404);
  });

  test('viewissue: who may browse', async () => {
    await addProject(cast, 'DUO', { BROWSE_PROJECTS: [{ type: 'group', parameter: 'jira-administrators' }] });
    expect(names(await ok(cast.admin.get('/user/viewissue/search?projectKey=DUO&username=.')))).toEqual([
      'admin',
    ]);
  });
});
