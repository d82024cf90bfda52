import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import { Application } from '../oauth2/support/application.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';
import { startProgram } from './support/program.ts';

/** What docs/oauth.md shows of OAuth 2.0, run as it stands there. */
describe.each(engines)('the examples of OAuth 2.0 on %s', (engine) => {
  const server = useServer({ engine });
  const docs = readFileSync(new URL('../../../docs/oauth.md', import.meta.url), 'utf8');
  const example = (name: string, app: Application): string => {
    const found = new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(docs);
    if (found === null) throw new Error(`docs/oauth.md has no example ${name}`);
    return found[1]!
      .replaceAll('https://jira.example.com', server.current.url)
      .replaceAll('CLIENT_ID', app.clientId);
  };

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
  });

  test('the dance with openid-client', async () => {
    const redirectUri = 'http://127.0.0.1:8765/callback';
    const app = await Application.create(server.current, { redirectUris: [redirectUri] });
    const program = example('openid-dance', app)
      // Without TLS, and without an environment of its own.
      .replace(
        'process.env.CLIENT_SECRET',
        `'${app.secret}', undefined, { execute: [client.allowInsecureRequests] }`,
      );
    const script = startProgram(process.execPath, ['program.mjs'], { 'program.mjs': program });
    const [, asked = ''] = await script.says(/Open (\S+)/);
    const back = await app.visit(asked, await webSession(server.current, 'fred', 'fred'));
    expect(await (await fetch(back)).text()).toContain('Back in the program');
    expect(await script.ended).toContain('Fred');
  });

  const post = (path: string, headers: Record<string, string>, body: object) =>
    ask('POST', server.current.url + path, { headers, body });
  const shell = async (script: string): Promise<any> =>
    JSON.parse(await startProgram('sh', ['-e', 'program.sh'], { 'program.sh': script }).ended);

  test('an application set up by REST', async () => {
    const app = await Application.create(server.current);
    const made = await shell(example('incoming-link', app));
    expect(made).toMatchObject({ name: 'Planning board', scopes: ['WRITE'] });
  });

  test('a device code with curl', async () => {
    const app = await Application.create(server.current, { grants: ['device_code'], redirectUris: [] });
    const secret = `CLIENT_SECRET=${app.secret}\n`;
    const begun = await shell(secret + example('device-begin', app));
    const polling = `${secret}DEVICE_CODE=${begun.device_code}\n${example('device-token', app)}`;
    expect((await shell(polling)).error).toBe('authorization_pending');
    const fred = await webSession(server.current, 'fred', 'fred');
    const decided = await post('/rest/tessera/1/device-codes/decision', fred, {
      userCode: begun.user_code,
      allow: true,
      accountId: await app.accountId(fred),
    });
    expect(decided.status).toBe(204);
    const { access_token } = await shell(polling);
    const reply = await fetch(`${server.current.url}/rest/api/2/myself`, {
      headers: { Authorization: `Bearer ${access_token}` },
    });
    expect(((await reply.json()) as { name: string }).name).toBe('fred');
  });

  test('client credentials with curl', async () => {
    const app = await Application.create(server.current, {
      grants: ['client_credentials'],
      redirectUris: [],
      actsAs: 'wilma',
    });
    const program = `CLIENT_SECRET=${app.secret}\n${example('client-credentials', app)}`;
    const script = startProgram('sh', ['-e', 'program.sh'], { 'program.sh': program });
    expect(await script.ended).toContain('"name":"wilma"');
  });
});
