import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Runs the test run's PostgreSQL server and ends it, and removes the run's folder, as soon as standard
 * input closes: the kernel does that whichever way the test run ends, kill -9 included.
 */
const [folder = '', port = '', owner = '{}'] = process.argv.slice(2);

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '64MB',
  // The data lives for one test run.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  timezone: 'UTC',
};
const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
const server = spawn(
  join(folder, 'native/bin/postgres'),
  ['-D', join(folder, 'cluster'), '-p', port, ...flags],
  {
    ...(JSON.parse(owner) as object),
    cwd: folder,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  },
);

let log = '';
server.stderr.setEncoding('utf8').on('data', (text: string) => {
  if (log.length < 20_000) {
    log += text;
    if (log.includes('ready to accept connections')) process.stdout.write('READY\n');
  }
});
server.once('error', (error) => process.stdout.write(String(error)));
server.once('exit', () => {
  process.stdout.write(log, () => {
    rmSync(dirname(folder), { recursive: true, force: true });
    process.exit();
  });
});

const stop = () => server.kill('SIGQUIT');
process.stdin.resume().once('close', stop);
// The parent closes its end of this pipe once the server is up.
process.stdout.on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
