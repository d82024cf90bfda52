import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('..', import.meta.url));

/** Python with the packages of requirements.txt; made once, and kept in the folder for temporary files. */
async function python(): Promise<string> {
  const requirements = join(here, 'requirements.txt');
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(tmpdir(), `tessera-test-saml-${version}`);
  if (!existsSync(folder)) {
    const draft = await mkdtemp(join(tmpdir(), 'tessera-test-saml-draft-'));
    await run('python3', ['-m', 'venv', join(draft, 'venv')]);
    // By the interpreter: scripts of an environment hold its path, and this one moves when it is whole.
    const interpreter = join(draft, 'venv/bin/python');
    await run(interpreter, ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
    await rename(draft, folder).catch(() => rm(draft, { recursive: true }));
  }
  return join(folder, 'venv/bin/python');
}

export interface Behaviour {
  readonly user: string;
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  readonly sign_response?: boolean;
  readonly sign_assertion?: boolean;
  /** The assertion is encrypted with it. */
  readonly cipher?: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-256-cbc';
  /** URIs. */
  readonly sign_alg?: string;
  readonly digest_alg?: string;
}

/** The identity provider of idp.py, a process of its own. */
export class Pysaml2 {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(): Promise<Pysaml2> {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-pysaml2-'));
    const child = spawn(await python(), ['-W', 'ignore', join(here, 'idp.py'), folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (bytes) => {
        output += bytes;
        const [line] = /^http:\S+/m.exec(output) ?? [];
        if (line !== undefined) resolve(line);
      });
      child.stderr.on('data', (bytes) => {
        output += bytes;
      });
      child.on('exit', () => reject(new Error(`idp.py ended: ${output}`)));
    });
    return new Pysaml2(url, child, folder);
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async get(path: string): Promise<string> {
    const response = await fetch(new URL(path, this.url));
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return text;
  }

  async #put(path: string, body: string): Promise<void> {
    const response = await fetch(new URL(path, this.url), { method: 'PUT', body });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }

  knows(serviceProviderMetadata: string): Promise<void> {
    return this.#put('/peer', serviceProviderMetadata);
  }

  behaves(behaviour: Behaviour): Promise<void> {
    return this.#put('/behaviour', JSON.stringify(behaviour));
  }
}

/** The fields of a page's form, as a browser would post them. */
export function formOf(page: string): { readonly action: string; readonly fields: Record<string, string> } {
  const text = (html: string) =>
    html.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&amp;', '&');
  const [, action] = /action="([^"]*)"/.exec(page) ?? [];
  if (action === undefined) throw new Error(`no form: ${page}`);
  const inputs = [...page.matchAll(/name="([^"]*)" value="([^"]*)"/g)];
  return {
    action: text(action),
    fields: Object.fromEntries(inputs.map(([, name, value]) => [name, text(value!)])),
  };
}
