import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

export type ProxyKind = 'nginx' | 'apache';

export interface ReverseProxy {
  readonly https: string;
  readonly http: string;
  /** Everything it has logged. */
  logged(): string;
  stop(): Promise<void>;
}

/** The sample configuration of the documentation, at other ports and in a folder of its own; nothing else is changed. */
async function startProxy(kind: ProxyKind, backend: string): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), `tessera-${kind}-`));
  chmodSync(folder, 0o755);
  const logs = join(folder, 'log');
  mkdirSync(logs);
  makeCertificate(folder);
  const [plain, tls] = [await freePort(), await freePort()];
  const sample = readFileSync(new URL(`../../../../docs/proxy/${kind}.conf`, import.meta.url), 'utf8')
    .replaceAll('127.0.0.1:8080', backend)
    .replaceAll(/\/etc\/\S+\.(crt|key)/g, (_, kind) => join(folder, `tls.${kind}`))
    .replaceAll('/var/log/nginx', logs);
  const config = join(folder, 'proxy.conf');
  writeFileSync(config, kinds[kind].config(sample, { folder, plain, tls }));
  const [program, ...args] = kinds[kind].command(folder, config);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, APACHE_LOG_DIR: logs },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await accepting(tls, child, () => output);
  return {
    https: `https://127.0.0.1:${tls}`,
    http: `http://127.0.0.1:${plain}`,
    logged: () => {
      const files = ['tessera.log', 'tessera-error.log', 'error.log'].map((name) => join(logs, name));
      return output + files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('');
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Command = readonly [program: string, ...args: string[]];

interface Places {
  readonly folder: string;
  readonly plain: number;
  readonly tls: number;
}

const kinds = {
  nginx: {
    command: (folder: string, config: string): Command => [
      'nginx',
      '-p',
      folder,
      '-c',
      config,
      '-e',
      join(folder, 'log/error.log'),
    ],
    config: (sample: string, { folder, plain, tls }: Places) => `
daemon off;
pid ${folder}/nginx.pid;
worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
${sample
  .replaceAll(/^ *listen \[::\].*\n/gm, '')
  .replace('listen 80;', `listen 127.0.0.1:${plain};`)
  .replace('listen 443 ssl', `listen 127.0.0.1:${tls} ssl`)}
}
`,
  },
  apache: {
    command: (folder: string, config: string): Command => [
      'apache2',
      '-d',
      folder,
      '-f',
      config,
      '-DFOREGROUND',
    ],
    config: (sample: string, { folder, plain, tls }: Places) => `
${apacheModules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerName issues.example.com
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
Mutex file:${folder} default
ErrorLog ${folder}/log/error.log
${process.getuid?.() === 0 ? 'User nobody\nGroup nogroup' : ''}
Listen 127.0.0.1:${plain}
Listen 127.0.0.1:${tls}
${sample.replace('*:80>', `127.0.0.1:${plain}>`).replace('*:443>', `127.0.0.1:${tls}>`)}
`,
  },
} as const;

const apacheModules = [
  ...[
    'mpm_event',
    'authz_core',
    'alias',
    'log_config',
    'ssl',
    'proxy',
    'proxy_http',
    'headers',
    'reqtimeout',
  ],
  ...['socache_shmcb', 'unixd'].filter((name) => existsSync(`/usr/lib/apache2/modules/mod_${name}.so`)),
].filter((name) => existsSync(`/usr/lib/apache2/modules/mod_${name}.so`));

function makeCertificate(folder: string): void {
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const args = ['req', ...kind, '-subj', '/CN=issues.example.com', '-keyout', key, '-out', certificate];
  execFileSync('openssl', args, { stdio: 'pipe' });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function accepting(port: number, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The proxy did not start: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** One proxy for the suite it is called in, in front of whatever listens at `backend()` by then. */
export function useProxy(kind: ProxyKind, backend: () => string): { readonly current: ReverseProxy } {
  let proxy: ReverseProxy | undefined;
  beforeAll(async () => {
    proxy = await startProxy(kind, backend());
  });
  afterAll(() => proxy?.stop());
  return {
    get current() {
      if (proxy === undefined) throw new Error('The proxy has not started yet');
      return proxy;
    },
  };
}
