import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { engines } from '../support/databases.ts';
import { type Account, addAccount } from '../support/world.ts';
import { useTracker } from './tracker.ts';

const hour = 3600;

describe.each(engines)('worklogs on %s', (engine) => {
  const tracker = useTracker(engine);
  /** Sees QA by the role of administrators. */
  let dino: Account;
  const log = (key: string, body: unknown, query = '', by: Account | null = tracker.world.fred) =>
    tracker.call('POST', `/issue/${key}/worklog${query}`, by, body);
  const one = (method: string, key: string, id: string, rest = '', body?: unknown, by = tracker.world.fred) =>
    tracker.call(method, `/issue/${key}/worklog/${id}${rest}`, by, body);
  const estimated = (timetracking: object = { originalEstimate: '10h' }) => tracker.made({ timetracking });
  const timesOf = async (key: string) => {
    const { timespent, timeestimate } = await tracker.fieldsOf(key);
    return [timespent, timeestimate];
  };

  beforeAll(async () => {
    dino = await addAccount(tracker.server, 'dino');
    const role = `/project/QA/role/${builtIn.roles.administrators}`;
    expect((await tracker.call('POST', role, tracker.world.admin, { user: ['dino'] })).status).toBe(200);
  });

  test('are written, read, changed and deleted', async () => {
    const key = await estimated();
    const started = '2026-01-15T10:00:00.000+0000';
    const { status, body } = await log(key, { timeSpent: '3h 30m', comment: 'Dug', started });
    expect(status).toBe(201);
    const now = new Date(tracker.server.clock.now()).toISOString().replace('Z', '+0000');
    const { id: issueId } = (await tracker.get(`/issue/${key}`)).body;
    expect(body).toEqual({
      self: expect.stringMatching(`/rest/api/2/issue/${issueId}/worklog/${body.id}$`),
      author: expect.objectContaining({ name: 'fred' }),
      updateAuthor: expect.objectContaining({ name: 'fred' }),
      comment: 'Dug',
      created: now,
      updated: now,
      started,
      timeSpent: '3h 30m',
      timeSpentSeconds: 3.5 * hour,
      id: expect.stringMatching(/^\d+$/),
      issueId,
    });
    expect((await one('GET', key, body.id)).body).toEqual(body);
    expect((await tracker.get(`/issue/${key}/worklog`)).body).toEqual({
      startAt: 0,
      maxResults: 1000,
      total: 1,
      worklogs: [body],
    });
    expect((await tracker.fieldsOf(key)).worklog).toEqual({
      startAt: 0,
      maxResults: 20,
      total: 1,
      worklogs: [body],
    });
    tracker.server.clock.advance(1000);
    const changed = await one('PUT', key, body.id, '', { timeSpent: '1h' });
    expect(changed.body).toMatchObject({ comment: 'Dug', started, timeSpent: '1h', created: now });
    expect(changed.body.updated).not.toBe(now);
    expect(await timesOf(key)).toEqual([hour, 9 * hour]);
    expect((await one('DELETE', key, body.id)).status).toBe(204);
    expect((await one('GET', key, body.id)).status).toBe(404);
    expect(await timesOf(key)).toEqual([0, 10 * hour]);
  });

  test.each([
    ['', 6 * hour],
    ['?adjustEstimate=auto', 6 * hour],
    ['?adjustEstimate=AUTO', 6 * hour],
    ['?adjustEstimate=leave', 10 * hour],
    ['?adjustEstimate=new&newEstimate=1d', 8 * hour],
    ['?adjustEstimate=manual&reduceBy=1h', 9 * hour],
    ['?adjustEstimate=manual&reduceBy=3w', 0],
  ])('adding four hours with %j leaves %d seconds', async (query, left) => {
    const key = await estimated();
    expect((await log(key, { timeSpentSeconds: 4 * hour }, query)).status).toBe(201);
    expect(await timesOf(key)).toEqual([4 * hour, left]);
  });

  test.each([
    ['', 10 * hour],
    ['?adjustEstimate=leave', 6 * hour],
    ['?adjustEstimate=new&newEstimate=5m', 300],
    ['?adjustEstimate=manual&increaseBy=2h', 8 * hour],
  ])('deleting them with %j leaves %d seconds', async (query, left) => {
    const key = await estimated();
    const { id } = (await log(key, { timeSpent: '4h' })).body;
    expect((await one('DELETE', key, id, query)).status).toBe(204);
    expect(await timesOf(key)).toEqual([0, left]);
  });

  test.each([
    [{}, '', { timeLogged: 'You must indicate the time spent working.' }],
    [{ timeSpent: 'long' }, '', { timeLogged: 'Invalid time duration entered.' }],
    [{ timeSpent: '0m' }, '', { timeLogged: 'Invalid time duration entered.' }],
    [{ timeSpentSeconds: -5 }, '', { timeLogged: 'Invalid time duration entered.' }],
    [{ timeSpentSeconds: 1e12 }, '', { timeLogged: 'Invalid time duration entered.' }],
    [{ timeSpent: '1h', comment: { type: 'doc' } }, '', { comment: 'Comment must be a string.' }],
    [{ timeSpent: '1h', started: 'now' }, '', { started: expect.any(String) }],
    [{ timeSpent: '1h' }, '?adjustEstimate=new', { newEstimate: 'You must supply a valid new estimate.' }],
    [{ timeSpent: '1h' }, '?adjustEstimate=manual', { adjustmentAmount: expect.any(String) }],
    [{ timeSpent: '1h' }, '?adjustEstimate=guess', { adjustEstimate: expect.any(String) }],
  ])('%j with %j is refused', async (body, query, errors) => {
    const reply = await log('QA-1', body, query);
    expect([reply.status, reply.body.errors]).toEqual([400, errors]);
  });

  test('estimates are fields of an issue, in words and in seconds', async () => {
    const key = await estimated({ originalEstimate: '1w 2d', remainingEstimate: '1d' });
    await log(key, { timeSpent: '2h' });
    expect(await tracker.fieldsOf(key)).toMatchObject({
      timetracking: {
        originalEstimate: '1w 2d',
        remainingEstimate: '6h',
        timeSpent: '2h',
        originalEstimateSeconds: 56 * hour,
        remainingEstimateSeconds: 6 * hour,
        timeSpentSeconds: 2 * hour,
      },
      timeoriginalestimate: 56 * hour,
      timeestimate: 6 * hour,
      timespent: 2 * hour,
      progress: { progress: 2 * hour, total: 8 * hour, percent: 25 },
      workratio: 3,
    });
    const edited = await tracker.call('PUT', `/issue/${key}`, tracker.world.fred, {
      update: { timetracking: [{ edit: { remainingEstimate: '3h' } }] },
    });
    expect(edited.status).toBe(204);
    expect((await tracker.fieldsOf(key)).timetracking).toMatchObject({
      originalEstimate: '1w 2d',
      remainingEstimate: '3h',
    });
    const refused = await tracker.create({ timetracking: { originalEstimate: 'soon' } });
    expect(refused.body.errors).toEqual({
      timetracking_originalestimate: 'The original estimate specified is not in the correct format.',
    });
  });

  test('sums go over the sub-tasks', async () => {
    const key = await estimated();
    const part = {
      issuetype: { name: 'Sub-task' },
      parent: { key },
      timetracking: { originalEstimate: '2h' },
    };
    await log(await tracker.made(part), { timeSpent: '1h' });
    await log(key, { timeSpent: '1h' });
    const sums = {
      aggregatetimespent: 2 * hour,
      aggregatetimeestimate: 10 * hour,
      aggregatetimeoriginalestimate: 12 * hour,
      aggregateprogress: { progress: 2 * hour, total: 12 * hour, percent: 16 },
    };
    expect(await tracker.fieldsOf(key)).toMatchObject(sums);
    const alone = (await tracker.get(`/issue/${key}?fields=aggregatetimespent`)).body.fields;
    expect(alone).toEqual({ aggregatetimespent: 2 * hour });
  });

  test('are in the history of the issue', async () => {
    const key = await estimated();
    const { id } = (await log(key, { timeSpent: '1h' })).body;
    await one('PUT', key, id, '', { timeSpent: '2h' });
    await one('DELETE', key, id);
    const { values } = (await tracker.get(`/issue/${key}/changelog`)).body;
    const items = values.map((change: any) => change.items.map((i: any) => [i.field, i.from, i.to]));
    expect(items).toEqual([
      [
        ['timeestimate', '36000', '32400'],
        ['timespent', null, '3600'],
      ],
      [
        ['timeestimate', '32400', '28800'],
        ['timespent', '3600', '7200'],
        ['WorklogId', id, id],
      ],
      [
        ['timeestimate', '28800', '36000'],
        ['timespent', '7200', '0'],
        ['WorklogId', id, null],
        ['WorklogTimeSpent', '7200', null],
      ],
    ]);
  });

  test('of others are theirs', async () => {
    const key = await estimated();
    const { id } = (await log(key, { timeSpent: '1h' }, '', dino)).body;
    expect((await one('PUT', key, id, '', { timeSpent: '2h' })).status).toBe(403);
    expect((await one('DELETE', key, id)).status).toBe(403);
    expect((await one('DELETE', key, id, '', undefined, dino)).status).toBe(204);
  });

  test('can be kept to a role', async () => {
    const key = await estimated();
    const visibility = { type: 'role', value: 'Administrators' };
    const made = await log(key, { timeSpent: '1h', visibility }, '', dino);
    expect(made.body.visibility).toMatchObject(visibility);
    const { id } = made.body;
    expect((await one('GET', key, id)).status).toBe(404);
    expect((await tracker.get(`/issue/${key}/worklog`)).body.total).toBe(0);
    expect((await tracker.fieldsOf(key)).worklog.worklogs).toEqual([]);
    expect((await tracker.get(`/issue/${key}/worklog`, dino)).body.total).toBe(1);
    const list = (by: Account) => tracker.call('POST', '/worklog/list', by, { ids: [Number(id)] });
    expect((await list(tracker.world.fred)).body).toEqual([]);
    expect((await list(dino)).body).toHaveLength(1);
    expect((await log(key, { timeSpent: '1h', visibility })).status).toBe(400);
  });

  test('keep their author from being deleted, and go with a role to its heir', async () => {
    const { admin } = tracker.world;
    const walt = await addAccount(tracker.server, 'walt');
    const made = async (method: string, path: string, body?: unknown) => {
      const reply = await tracker.call(method, path, admin, body);
      expect(reply.status, reply.text).toBeLessThan(300);
      return reply.body;
    };
    const role = await made('POST', '/role', { name: 'Diggers' });
    const joined = [builtIn.roles.users, role.id];
    for (const id of joined) await made('POST', `/project/QA/role/${id}`, { user: ['walt'] });
    const key = await estimated();
    const visibility = { type: 'role', value: 'Diggers' };
    const { id } = (await log(key, { timeSpent: '1h', visibility }, '', walt)).body;
    expect((await one('GET', key, id)).status).toBe(404);
    await made('DELETE', `/role/${role.id}?swap=${builtIn.roles.users}`);
    expect((await one('GET', key, id)).status).toBe(200);
    const refused = await tracker.call('DELETE', '/user?username=walt', admin);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('author of a worklog')]);
  });

  test('of more than twenty, an issue holds the first, and the resource pages', async () => {
    const key = await estimated();
    for (let n = 0; n < 22; n++) await log(key, { timeSpent: '1m', comment: `${n}` });
    const { worklog } = await tracker.fieldsOf(key);
    expect([worklog.total, worklog.worklogs.length]).toEqual([22, 20]);
    const page = (await tracker.get(`/issue/${key}/worklog?startAt=20&maxResults=5`)).body;
    expect(page.worklogs.map((w: any) => w.comment)).toEqual(['20', '21']);
  });

  test('written and deleted since some time are told a minute later, to who may see them', async () => {
    const { clock } = tracker.server;
    clock.advance(120_000);
    const since = clock.now() - 1;
    const key = await estimated();
    const kept = Number((await log(key, { timeSpent: '1h' })).body.id);
    const gone = Number((await log(key, { timeSpent: '1h' })).body.id);
    await one('DELETE', key, String(gone));
    const other = await estimated();
    const lost = Number((await log(other, { timeSpent: '1h' })).body.id);
    expect((await tracker.call('DELETE', `/issue/${other}`, tracker.world.admin)).status).toBe(204);
    const ids = async (what: string, by = tracker.world.fred) => {
      const { body } = await tracker.get(`/worklog/${what}?since=${since}`, by);
      return body.values.map((value: any) => value.worklogId);
    };
    expect([await ids('updated'), await ids('deleted')]).toEqual([[], []]);
    clock.advance(120_000);
    expect(await ids('updated')).toEqual([kept]);
    expect(await ids('deleted')).toEqual([gone, lost]);
    expect(await ids('updated', tracker.world.wilma)).toEqual([]);
    const { body } = await tracker.get(`/worklog/updated?since=${since}`);
    expect(body).toMatchObject({ since, lastPage: true, self: expect.stringContaining(`since=${since}`) });
    expect(body.until).toBeGreaterThan(since);
  });

  test('twenty at once are all counted', async () => {
    const key = await estimated();
    const all = await Promise.all(Array.from({ length: 20 }, () => log(key, { timeSpent: '15m' })));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await timesOf(key)).toEqual([5 * hour, 5 * hour]);
  });

  test('what there is of time tracking can be asked for', async () => {
    expect((await tracker.get('/configuration')).body).toMatchObject({
      timeTrackingEnabled: true,
      timeTrackingConfiguration: { workingHoursPerDay: 8, workingDaysPerWeek: 5, defaultUnit: 'minute' },
    });
  });
});
