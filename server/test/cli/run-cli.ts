import { Readable } from 'node:stream';
import { runCommand } from '../../src/cli/run-command.ts';

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON; throws when it is not one document. */
  json(): any;
}

/** `tessera ARGS` in this process, with an environment and a standard input of its own. */
export async function tessera(
  args: readonly string[],
  { env = {}, stdin = '' }: { env?: Readonly<Record<string, string>>; stdin?: string } = {},
): Promise<CliResult> {
  let out = '';
  let err = '';
  const code = await runCommand(args, {
    env,
    stdin: Readable.from(stdin === '' ? [] : [stdin]),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err, json: () => JSON.parse(out) };
}
