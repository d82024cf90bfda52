import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The first start may build the web app. */
export const startTimeoutMs = 90_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServeProcess {
  readonly pid: number;
  /** What the ready line (or, with --json, the document) says. */
  readonly url: string;
  /** Where it listens, whatever its base URL. */
  readonly listening: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out(): string;
  err(): string;
  kill(signal: NodeJS.Signals): Promise<Ended>;
}

export interface ServeOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Program and arguments in place of `node main.ts serve`. */
  readonly command?: readonly [string, ...string[]];
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const { pid } of running) killGroup(pid!);
});

/** `tessera serve` in a process group of its own, on a free port; resolves at the ready line. */
export async function serve(options: ServeOptions = {}): Promise<ServeProcess> {
  const { child, ended, out, err } = start(options);
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready: ${out()}${err()}`)), startTimeoutMs);
    child.stdout!.on('data', () => {
      const ready = /^Tessera ready on (\S+)$/m.exec(out())?.[1] ?? /"url":"([^"]+)"/.exec(out())?.[1];
      if (ready === undefined) return;
      clearTimeout(timer);
      resolve(ready);
    });
    void ended.then(({ code, signal }) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code ?? signal} before it was ready: ${out()}${err()}`));
    });
  });
  return {
    pid: child.pid!,
    url,
    get listening() {
      return /^Listening on (\S+)$/m.exec(out())?.[1] ?? url;
    },
    child,
    ended,
    out,
    err,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** A start that is refused: how it ended and what it said. */
export async function serveRefused(
  options: ServeOptions,
): Promise<{ code: number | null; err: string; out: string }> {
  const { ended, out, err } = start(options);
  const { code } = await ended;
  return { code, err: err(), out: out() };
}

function start({ env = {}, args = [], command = [process.execPath, main, 'serve'] }: ServeOptions) {
  const [program, ...rest] = command;
  const child = spawn(program, [...rest, ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cleanEnv(),
      TESSERA_PORT: '0',
      TESSERA_PASSWORD_MEMORY_KIB: '64',
      TESSERA_PASSWORD_PASSES: '1',
      ...env,
    },
  });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  return { child, ended, out: () => out, err: () => err };
}

/** The suite's own settings are none of the server's. */
function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('TESSERA_') && !name.startsWith('VITEST') && name !== 'NODE_OPTIONS',
  );
  return { ...Object.fromEntries(kept), NODE_ENV: 'production' };
}

/** The processes that `pid` started and that still run. */
export function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state]) => Number(parent) === pid && !state?.startsWith('Z'))
    .map(([child]) => Number(child))
    .filter((child) => child !== pid);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function killGroup(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
