import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeSecret } from '../../src/lib/secret-format.ts';
import { ask, bearer } from '../support/client.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';

const docs = readFileSync(new URL('../../../docs/tokens.md', import.meta.url), 'utf8');

/** The lines under `# name` in one of the examples. */
function example(name: string): string {
  const found = new RegExp(`\`\`\`sh\n# ${name}\n([^]*?)\n\`\`\``).exec(docs)?.[1];
  if (found === undefined) throw new Error(`docs/tokens.md has no example ${name}`);
  return found;
}

describe('the examples of docs/tokens.md', () => {
  const server = useServer({ engine: 'sqlite' });
  const variables: Record<string, string> = {};

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    Object.assign(variables, { SITE: server.current.url, EMAIL: 'fred@example.com', PASSWORD: 'fred' });
  });

  const run = async (name: string): Promise<any> => {
    const { stdout } = await promisify(execFile)('sh', ['-ec', example(name)], {
      env: { PATH: process.env.PATH, ...variables },
    });
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
  const status = async (token: string) =>
    (await ask('GET', `${server.current.url}/rest/api/2/myself`, { headers: bearer(token) })).status;

  test('work as they stand, one after the other', async () => {
    const made = await run('make');
    expect(made).toMatchObject({ name: 'Nightly report', projects: [{ key: 'QA' }] });
    Object.assign(variables, { TOKEN: made.rawToken, ID: String(made.id) });
    expect(await run('self')).toMatchObject({ id: made.id, scopes: ['read:jira-work', 'read:jira-user'] });
    expect((await run('gateway')).accountId).toMatch(/^[0-9a-f-]{36}$/);
    const rotated = await run('rotate');
    expect([await status(made.rawToken), await status(rotated.rawToken)]).toEqual([200, 200]);
    expect((await run('inventory')).values).toBeInstanceOf(Array);
    expect((await run('service account')).owner.name).toBe('fred');
    expect(await run('leaked')).toEqual({ revoked: 1 });
    expect([await status(made.rawToken), await status(rotated.rawToken)]).toEqual([401, 200]);
    expect(await run('revoke')).toBeUndefined();
    expect(await status(rotated.rawToken)).toBe(401);
  });

  test("gitleaks' rule finds every secret of a program, and nothing else", () => {
    const rule = new RegExp(/regex = '''(.*)'''/.exec(docs)![1]!);
    for (const prefix of ['tsr', 'tso', 'tsf', 'tsk'] as const)
      expect(rule.test(`token=${makeSecret(prefix)};`)).toBe(true);
    for (const text of ['tsr_short', `xtsr_${'a'.repeat(49)}`, `tsr_${'a'.repeat(50)}`])
      expect(rule.test(text)).toBe(false);
  });
});
