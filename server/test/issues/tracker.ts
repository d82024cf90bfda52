import { beforeAll } from 'vitest';
import { ask, type Reply } from '../support/client.ts';
import type { EngineName } from '../support/databases.ts';
import { type RunningServer, type ServerOptions, useServer } from '../support/server.ts';
import { type Account, createWorld, type World } from '../support/world.ts';

/** A server with the usual cast and the few requests that every test of issues makes. */
export interface Tracker {
  readonly server: RunningServer;
  readonly world: World;
  /** `by` null: nobody signed in. */
  call(method: string, path: string, by: Account | null, body?: unknown): Promise<Reply>;
  get(path: string, by?: Account | null): Promise<Reply>;
  /** Creates an issue in QA as fred; the reply as it comes. */
  create(fields: Record<string, unknown>, by?: Account | null): Promise<Reply>;
  /** The same, and the issue's key. */
  made(fields?: Record<string, unknown>): Promise<string>;
  fieldsOf(key: string): Promise<Record<string, any>>;
}

export function useTracker(engine: EngineName, options: Omit<ServerOptions, 'engine'> = {}): Tracker {
  const running = useServer({ engine, ...options });
  let world: World | undefined;
  beforeAll(async () => {
    world = await createWorld(running.current, { issues: 2 });
  });
  const tracker: Tracker = {
    get server() {
      return running.current;
    },
    get world() {
      return world!;
    },
    call: (method, path, by, body) =>
      ask(method, `${running.current.url}/rest/api/2${path}`, { headers: by?.auth ?? {}, body }),
    get: (path, by = world!.fred) => tracker.call('GET', path, by),
    create: (fields, by = world!.fred) =>
      tracker.call('POST', '/issue', by, {
        fields: { project: { key: 'QA' }, issuetype: { name: 'Task' }, summary: 'Something', ...fields },
      }),
    async made(fields = {}) {
      const reply = await tracker.create(fields);
      if (reply.status !== 201) throw new Error(`creating an issue: ${reply.status} ${reply.text}`);
      return reply.body.key;
    },
    fieldsOf: async (key) => (await tracker.get(`/issue/${key}`)).body.fields,
  };
  return tracker;
}
