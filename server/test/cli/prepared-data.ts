import { ask, bearer } from '../support/client.ts';
import { type FreshDatabase, freshDatabase } from '../support/databases.ts';
import type { EngineName } from '../support/engines.ts';
import { tessera } from './run-cli.ts';

export interface PreparedData {
  /** For the server and the command line. */
  readonly env: Readonly<Record<string, string>>;
  /** Header of an administrator's token. */
  readonly admin: Record<string, string>;
  readonly database: FreshDatabase;
}

/** A database with one administrator, made by the command line. */
export async function preparedData(engine: EngineName): Promise<PreparedData> {
  const database = await freshDatabase(engine);
  const env = {
    TESSERA_DATA: database.folder,
    ...(database.url === undefined ? {} : { TESSERA_DATABASE_URL: database.url }),
  };
  await must(['user', 'add', '--email', 'eve@example.com', '--name', 'eve', '--admin'], env);
  const { secret } = await must(['token', 'create', '--user', 'eve', '--label', 'test'], env);
  return { env, admin: bearer(secret), database };
}

async function must(args: string[], env: Record<string, string>): Promise<any> {
  const result = await tessera([...args, '--json'], { env });
  if (result.code !== 0) throw new Error(`${args.join(' ')}: ${result.err}`);
  return result.json();
}

export async function addProject(url: string, admin: Record<string, string>, key: string): Promise<void> {
  const { status, text } = await ask('POST', `${url}/rest/api/2/project`, {
    headers: admin,
    body: { key, name: `Project ${key}`, projectTypeKey: 'software', lead: 'eve' },
  });
  if (status !== 201) throw new Error(`making the project: ${status} ${text}`);
}
