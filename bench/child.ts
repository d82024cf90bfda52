import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly url: string;
  /** What followed the address on the ready line. */
  readonly facts: any;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a server of this folder in a process of its own and waits for its ready line. */
export async function startChild(file: string, env: Record<string, string> = {}): Promise<Child> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await readyLine(child);
  const [, url = '', facts] = /^ready (\S+)(?: (.*))?$/.exec(line) ?? [];
  return {
    url,
    facts: facts === undefined ? undefined : JSON.parse(facts),
    process: child,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

export function readyLine(child: ChildProcess, matching = /^ready /): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk;
      const line = text.split('\n').find((candidate) => matching.test(candidate));
      if (line !== undefined) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
  });
}
