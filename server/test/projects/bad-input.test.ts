import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../src/http/route.ts';
import { addProject, type Cast, createCast } from '../permissions/cast.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

const tags = new Set(['Permissions', 'Users', 'Groups', 'Projects', 'Project roles']);

const junk = [
  '',
  '0',
  '-1',
  '1e3',
  '1e308',
  '1.5',
  '9007199254740993',
  '99999999999999999999999',
  'NaN',
  'true',
  '__proto__',
  'constructor',
  "'; drop table users; --",
  '\\',
  '%',
  '[]',
  '💩',
  'ＱＡ',
  '../myself',
  'x'.repeat(300),
];

const bodies: unknown[] = [
  null,
  [],
  'text',
  1,
  {},
  { id: {} },
  { id: -1 },
  { id: 1e308 },
  { name: null },
  { name: ['x'] },
  { name: '\u202e' },
  { name: 'x'.repeat(100_000) },
  { user: ['', 'x'.repeat(5000)] },
  { user: [1] },
  { categorisedActors: { x: [] } },
  { permission: 'EDIT_ISSUES', holder: {} },
  { permission: '__proto__', holder: { type: '__proto__', parameter: 1 } },
  { permission: 'EDIT_ISSUES', holder: { type: 'user', parameter: '' } },
  { permission: 'EDIT_ISSUES', holder: { type: 'projectRole', value: 99_999_999_999 } },
  { key: 'QQ', name: 'Q', lead: '', permissionScheme: 1e15 },
  { key: 'QQ', name: 'Q', lead: 'x', workflowScheme: {} },
  { emailAddress: '@', displayName: '\u2028', name: '𝒻𝓇𝑒𝒹' },
];

describe.each(engines)('bad input gets a clear 4xx, never a 500 (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;
  let routes: Route[];

  beforeAll(async () => {
    cast = await createCast(server.current);
    await addProject(cast, 'QA', { BROWSE_PROJECTS: [{ type: 'anyone' }] });
    routes = server.current.app.routes.filter(({ tag }) => tags.has(tag));
  });

  async function expectClear(method: string, path: string, body?: unknown): Promise<void> {
    const { auth } = cast.accounts.admin;
    const reply = await ask(method, `${server.current.url}${path}`, { headers: auth, body });
    const shown = `${method} ${path} ${JSON.stringify(body)?.slice(0, 80) ?? ''}: ${reply.status} ${reply.text}`;
    expect(reply.status, shown).toBeLessThan(500);
    if (reply.status < 400) return;
    const { errorMessages = [], errors = {}, message } = reply.body;
    const told = [...errorMessages, ...Object.values(errors), ...(message ? [message] : [])];
    expect(told.length, shown).toBeGreaterThan(0);
  }

  const withParameters = (path: string, value: string) =>
    path.replaceAll(/:\w+/g, encodeURIComponent(value === '' || value === '../myself' ? 'x' : value));

  test('in every parameter of the path', async () => {
    expect(routes.length).toBeGreaterThan(50);
    for (const { method, path } of routes) {
      if (!path.includes(':') || method === 'DELETE') continue;
      for (const value of junk)
        await expectClear(method, withParameters(path, value), method === 'GET' ? undefined : {});
    }
  });

  test('in every parameter of the query', async () => {
    for (const { method, path, query } of routes) {
      if (method !== 'GET' || query === undefined) continue;
      const address = path.replaceAll(/:projectIdOrKey/g, 'QA').replaceAll(/:\w+/g, '0');
      const names = Object.keys((query as unknown as { properties: object }).properties);
      for (const name of names) {
        for (const value of junk) await expectClear('GET', `${address}?${name}=${encodeURIComponent(value)}`);
        await expectClear('GET', `${address}?${name}=1&${name}=2`);
      }
    }
  });

  test('in the body', async () => {
    for (const { method, path, body } of routes) {
      if (body === undefined) continue;
      const address = path
        .replaceAll(/:projectIdOrKey/g, 'QA')
        .replace('/role/:id', '/role/10001')
        .replaceAll(/:\w+/g, '0');
      for (const junkBody of bodies) {
        await expectClear(method, `${address}?username=stranger&groupname=jira-software-users`, junkBody);
      }
    }
  });
});
