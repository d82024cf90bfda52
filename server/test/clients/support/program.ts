import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

/** A program of somebody else that runs beside the server. */
export interface Program {
  /** Resolves with the first match in what it says. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  type(line: string): void;
  /** Resolves with all it said once it ended well; rejects with what it said otherwise. */
  readonly ended: Promise<string>;
}

/** Runs in a folder of its own, with `files` in it and this repository's packages. */
export function startProgram(
  command: string,
  parameters: readonly string[],
  files: Readonly<Record<string, string>>,
): Program {
  const cwd = mkdtempSync(join(tmpdir(), 'tessera-client-'));
  symlinkSync(packages, join(cwd, 'node_modules'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text, { mode: 0o600 });
  const child = spawn(command, parameters, { cwd, stdio: 'pipe', env: { PATH: process.env.PATH } });
  return watched(child, () => rmSync(cwd, { recursive: true, force: true }));
}

function watched(child: ChildProcess, cleanUp: () => void): Program {
  let said = '';
  let complained = '';
  const listeners = new Set<() => void>();
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    for (const listener of listeners) listener();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      cleanUp();
      if (code === 0) resolve(said);
      else reject(new Error(`The program ended with ${code}.\n${said}\n${complained}`));
    });
  });
  return {
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(said);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        ended.then(
          () => reject(new Error(`The program ended without ${pattern}:\n${said}`)),
          (error: unknown) => reject(error as Error),
        );
        look();
      }),
    type: (line) => child.stdin!.write(`${line}\n`),
    ended,
  };
}
