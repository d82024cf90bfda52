import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const root = fileURLToPath(new URL('../../../../..', import.meta.url));
const startWithinMs = 45_000;

export interface Site {
  /** Absolute address with the context path, without a slash at the end. */
  readonly url: string;
  readonly output: () => string;
  /** Its data: the database, and the mails it has sent. */
  readonly folder: string;
  stop(): Promise<void>;
}

interface SiteOptions {
  /** The demonstration's accounts and issues; otherwise an empty site in a folder of its own. */
  readonly demo?: boolean;
  readonly contextPath?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The server as people start it: a process of its own, which builds the web app when it has to. */
export async function startSite({
  demo = true,
  contextPath = '',
  env: more = {},
}: SiteOptions = {}): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-web-'));
  const port = contextPath === '' ? 0 : await freePort();
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TESSERA|VITEST|NODE_ENV|NODE_OPTIONS)/.test(name)),
  );
  const child = spawn(process.execPath, ['server/src/main.ts', 'serve', ...(demo ? ['--demo'] : [])], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...env,
      TESSERA_PORT: String(port),
      TESSERA_DATA: folder,
      ...(contextPath !== '' && { TESSERA_BASE_URL: `http://127.0.0.1:${port}${contextPath}` }),
      ...more,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const url = await readyUrl(child, () => output);
  return {
    url,
    output: () => output,
    folder,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`The server had ended (${child.exitCode ?? child.signalCode}). It said:\n${output}`);
      }
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function readyUrl(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`The server ${why}. It said:\n${output()}`));
    };
    const timer = setTimeout(() => fail('was not ready in time'), startWithinMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
    child.stdout?.on('data', () => {
      const ready = /^Tessera ready on (\S+)\n/m.exec(output());
      if (!ready?.[1]) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(ready[1].replace(/\/$/, ''));
    });
  });
}

/** With a base URL the address must be known before the start, so the port cannot be left to the system. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** One site for the suite it is called in; use `site.current` inside tests. */
export function useSite(options?: SiteOptions): { readonly current: Site } {
  let site: Site | undefined;
  beforeAll(async () => {
    site = await startSite(options);
  });
  afterAll(() => site?.stop());
  return {
    get current() {
      if (site === undefined) throw new Error('The site has not started yet');
      return site;
    },
  };
}
