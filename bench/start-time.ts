import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readyLine } from './child.ts';

export interface Start {
  readonly readyMs: number;
  /** Resident memory once ready; null where /proc does not tell. */
  readonly residentMb: number | null;
}

/** What `npm start` types, so that what is measured is what people run. */
const root = new URL('..', import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  scripts: { start: string };
};
const [, assignments = '', words = ''] = /^((?:\w+=\S+ )*)exec node (.*)$/.exec(scripts.start) ?? [];
const args = words.split(' ');
/** Variables that `npm start` sets, for whatever runs the server in another way. */
export const startEnv: Readonly<Record<string, string>> = Object.fromEntries(
  assignments
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.split('=') as [string, string]),
);

/** From the start of the process to the ready line, on an empty data folder. */
export async function measureStart(): Promise<Start> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(root),
    env: { ...process.env, ...startEnv, TESSERA_DATA: folder, TESSERA_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await readyLine(child, /^Tessera ready on /);
    return { readyMs: performance.now() - startedAt, residentMb: residentMb(child.pid!) };
  } finally {
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGTERM');
    });
    rmSync(folder, { recursive: true, force: true });
  }
}

export function residentMb(pid: number): number | null {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return null;
  }
}
