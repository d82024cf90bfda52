import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Program, startProgram } from './program.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../python', import.meta.url));
const requirements = join(folder, 'requirements.txt');

/**
 * The interpreter of an environment that has the clients of requirements.txt, in the temporary folder, where it stays for
 * the next run. It is made aside and then moved into its place: of several that make it at once, one is kept.
 */
export async function pythonWithClients(): Promise<string> {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const place = join(tmpdir(), `tessera-python-${userInfo().uid}-${wanted}`);
  const python = join(place, 'bin', 'python');
  if (existsSync(python)) return python;
  const made = mkdtempSync(`${place}-`);
  try {
    await run('python3', ['-m', 'venv', made]);
    await run(join(made, 'bin', 'python'), [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--only-binary', ':all:', '--requirement', requirements],
    ]);
    renameSync(made, place);
  } catch (cause) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(python)) {
      throw new Error('Python clients need python3 with venv (Debian: python3-venv), and PyPI once.', {
        cause,
      });
    }
  }
  return python;
}

/** Runs a program text in a folder of its own, with `files` in it. */
export async function startPython(
  program: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Program> {
  return startProgram(await pythonWithClients(), ['-u', 'program.py'], { ...files, 'program.py': program });
}

/** Runs one of the programs beside requirements.txt; `input` is given as JSON, and its answer is read as that. */
export async function askPython<T>(name: string, input: unknown): Promise<T> {
  const program = readFileSync(join(folder, `${name}.py`), 'utf8');
  const script = await startPython(program, { 'input.json': JSON.stringify(input) });
  return JSON.parse(await script.ended) as T;
}
