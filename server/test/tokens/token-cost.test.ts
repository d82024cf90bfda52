import { beforeAll, describe, expect, test } from 'vitest';
import { mintTokenFor } from '../../src/auth/api-tokens/api-tokens.ts';
import { authenticator } from '../../src/auth/authenticate.ts';
import { grantsOf } from '../../src/permissions/permissions.ts';
import { projectsAt } from '../../src/projects/project-cache.ts';
import { counting } from '../support/counting-db.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

describe('what the check of a token costs', () => {
  const server = useServer({ engine: 'sqlite' });
  let world: World;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  /** Statements of the door, and of a rule that asks who may browse a project. */
  async function cost(secret: string): Promise<{ door: number; rule: number }> {
    const { site } = server.current.app;
    const { db, count } = counting(site.db);
    const counted = { ...site, db };
    const parts = { site: counted, lastUse: { note: () => undefined } };
    const identity = await authenticator(parts as never)({
      path: '/rest/api/2/myself',
      authorization: `Bearer ${secret}`,
      source: { address: '127.0.0.1', userAgent: '', requestId: '' },
      profile: 'datacenter',
    } as never);
    const door = count();
    const { byKey } = await projectsAt(db, identity.actor.revision);
    const before = count();
    const grants = await grantsOf(counted, identity.actor);
    expect(await grants.inProject('BROWSE_PROJECTS', byKey('QA')!)).toBe(true);
    return { door, rule: count() - before };
  }

  test('scopes, projects and addresses cost no statement more', async () => {
    const { site } = server.current.app;
    const { byKey } = await projectsAt(site.db, 0);
    const limits = { scopes: ['read:jira-work'], projects: ['QA'], addresses: ['127.0.0.0/8'] };
    const input = { label: 'held', days: 1, ...limits };
    const held = await mintTokenFor(site, world.fred.user.id, input, (word) => byKey(word)?.id);
    await cost(world.fred.token);
    expect(await cost(world.fred.token)).toEqual({ door: 1, rule: 1 });
    expect(await cost(held.secret)).toEqual({ door: 1, rule: 1 });
  });
});
