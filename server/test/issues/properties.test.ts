import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('issue properties on %s', (engine) => {
  const tracker = useTracker(engine);
  const at = (path = '') => `/issue/QA-1/properties${path}`;
  const put = (key: string, value: unknown) => tracker.call('PUT', at(`/${key}`), tracker.world.fred, value);

  test('hold any JSON value', async () => {
    for (const value of [{ a: [1, null] }, [], 'text', 0, false, null]) {
      await put('any', value);
      expect((await tracker.get(at('/any'))).body).toEqual({ key: 'any', value });
    }
  });

  test('are made, changed, listed and removed', async () => {
    expect([(await put('a.b', 1)).status, (await put('a.b', 2)).status]).toEqual([201, 200]);
    const { keys } = (await tracker.get(at())).body;
    const listed = keys.find((one: { key: string }) => one.key === 'a.b');
    const { auth } = tracker.world.fred;
    expect(await (await fetch(listed.self, { headers: auth })).json()).toEqual({ key: 'a.b', value: 2 });
    expect((await tracker.call('DELETE', at('/a.b'), tracker.world.fred)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      const reply = await tracker.call(method, at('/a.b'), tracker.world.fred);
      expect([reply.status, reply.body.errorMessages]).toEqual([
        404,
        ["The property with key 'a.b' does not exist."],
      ]);
    }
  });

  test('come with the issue when asked for', async () => {
    await put('x', { n: 1 });
    await put('y', 2);
    expect((await tracker.get('/issue/QA-1?properties=x')).body.properties).toEqual({ x: { n: 1 } });
    expect((await tracker.get('/issue/QA-1?properties=*all')).body.properties).toMatchObject({ y: 2 });
    expect((await tracker.get('/issue/QA-1?properties=nothing')).body.properties).toEqual({});
    expect((await tracker.get('/issue/QA-1')).body).not.toHaveProperty('properties');
  });

  test('are bounded', async () => {
    const long = [{ key: 'k'.repeat(256), value: 1 }];
    const reply = await tracker.call('PUT', '/issue/QA-1', tracker.world.fred, { properties: long });
    expect(reply.status).toBe(400);
    expect((await put('k'.repeat(255), 1)).status).toBe(201);
    expect((await put('big', 'x'.repeat(32_767))).status).toBe(400);
    expect((await put('big', 'x'.repeat(32_766))).status).toBe(201);
    expect((await put('none', undefined)).status).toBe(400);
  });

  test('can be given with a new or an edited issue', async () => {
    const properties = [{ key: 'from.create', value: true }];
    const made = await tracker.call('POST', '/issue', tracker.world.fred, {
      fields: { project: { key: 'QA' }, issuetype: { name: 'Task' }, summary: 'x' },
      properties,
    });
    await tracker.call('PUT', `/issue/${made.body.key}`, tracker.world.fred, {
      properties: [{ key: 'from.edit', value: 1 }],
    });
    expect((await tracker.get(`/issue/${made.body.key}?properties=*all`)).body.properties).toEqual({
      'from.create': true,
      'from.edit': 1,
    });
    for (const wrong of [[1], [{ key: 1, value: 2 }], [{ key: 'x' }], 'x']) {
      const reply = await tracker.call('PUT', '/issue/QA-1', tracker.world.fred, { properties: wrong });
      expect(reply.status).toBe(400);
    }
  });

  test('are changed only by who may edit the issue', async () => {
    const reply = await tracker.call('PUT', '/issue/PUB-1/properties/x', null, 1);
    expect(reply.status).toBe(401);
    expect((await tracker.get('/issue/PUB-1/properties', null)).body).toEqual({ keys: [] });
  });
});
