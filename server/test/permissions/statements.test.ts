import { beforeAll, describe, expect, test } from 'vitest';
import { adapterOf, type DatabaseAdapter } from '../../src/db/dialect.ts';
import type { Db } from '../../src/db/tables.ts';
import { type Grants, grantsOf } from '../../src/permissions/permissions.ts';
import { type Project, projectsAt } from '../../src/projects/project-cache.ts';
import { useServer } from '../support/server.ts';
import { addProject, type Cast, createCast, ok } from './cast.ts';

/** The database, and how many statements went through its fast path: the only one that grants use. */
function counting(db: Db): { db: Db; count: () => number } {
  let count = 0;
  const real = adapterOf(db);
  const adapter: DatabaseAdapter = {
    identity: real.identity,
    runHot: (query, parameters) => {
      count++;
      return real.runHot!(query, parameters);
    },
  };
  const counted = new Proxy(db, {
    get(target, name) {
      if (name === 'getExecutor') return () => ({ adapter });
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { db: counted, count: () => count };
}

describe('deciding about permissions costs', () => {
  const server = useServer({ engine: 'sqlite' });
  let cast: Cast;
  let open: Project;
  let closed: Project;
  let revision: number;

  beforeAll(async () => {
    cast = await createCast(server.current);
    await addProject(cast, 'OPEN', { BROWSE_PROJECTS: [{ type: 'applicationRole' }] });
    await addProject(cast, 'CLOSED', { BROWSE_PROJECTS: [{ type: 'projectRole', parameter: '10000' }] });
    await ok(cast.admin.post('/project/CLOSED/role/10000', { user: ['fred'] }));
    const { db } = server.current.app.site;
    revision = (await db.selectFrom('config_revision').select('revision').executeTakeFirstOrThrow()).revision;
    const projects = await projectsAt(db, revision);
    [open, closed] = [projects.byKey('OPEN')!, projects.byKey('CLOSED')!];
    await grantsOf({ db }, { user: null, revision });
  });

  async function cost(
    user: { id: number } | null,
    use: (grants: Grants) => Promise<unknown>,
  ): Promise<number> {
    const { db, count } = counting(server.current.app.site.db);
    await use(await grantsOf({ db }, { user, revision }));
    return count();
  }

  test('nothing for anonymous callers, whatever is asked', async () => {
    const all = async (grants: Grants) => [
      await grants.global('ADMINISTER'),
      await grants.inProject('BROWSE_PROJECTS', closed),
      await grants.groupIds(),
      await grants.roleIds(closed.id),
      await grants.browseScope([open, closed]),
    ];
    expect(await cost(null, all)).toBe(0);
  });

  test('nothing where everybody signed in holds it', async () => {
    const { fred } = cast.accounts;
    expect(await cost(fred.user, (grants) => grants.inProject('BROWSE_PROJECTS', open))).toBe(0);
  });

  test('one statement otherwise, however much is asked at once', async () => {
    const { fred } = cast.accounts;
    const scopes: unknown[] = [];
    const all = async (grants: Grants) => {
      const asked = [
        grants.global('ADMINISTER'),
        grants.inProject('BROWSE_PROJECTS', closed),
        grants.roleIds(closed.id),
      ];
      await Promise.all(asked);
      scopes.push(await grants.browseScope([open, closed]));
    };
    expect(await cost(fred.user, all)).toBe(1);
    expect(scopes).toEqual([{ all: [open.id, closed.id], asReporter: [], asAssignee: [] }]);
  });
});
