import { parseArgs } from 'node:util';
import { DatabaseUnusable } from '../app.ts';
import { ConfigurationError } from '../config.ts';
import { AppError } from '../errors.ts';
import { version } from '../settings/version.ts';
import { type Command, CommandFailed, exitCodes, type Io, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { commonOptions, helpText, listText } from './help.ts';

const processIo: Io = {
  env: process.env,
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** Runs `tessera …`; the result is the exit code. Mistakes of the caller are a clear line, not a stack. */
export async function runCommand(args: readonly string[], io: Io = processIo): Promise<number> {
  const json = args.includes('--json');
  try {
    return await dispatch(args, json, io);
  } catch (error) {
    const failure = explain(error);
    if (failure === undefined) throw error;
    const { code, messages, fields } = failure;
    if (json) io.err(`${JSON.stringify({ errorMessages: messages, errors: fields })}\n`);
    else io.err(`tessera: ${[...messages, ...Object.values(fields)].join('\n')}\n`);
    return code;
  }
}

async function dispatch(args: readonly string[], json: boolean, io: Io): Promise<number> {
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const words = firstOption === -1 ? args : args.slice(0, firstOption);
  if (words.length === 0) {
    if (args.includes('--version')) {
      io.out(json ? `${JSON.stringify({ version })}\n` : `tessera ${version}\n`);
      return exitCodes.ok;
    }
    if (args.length > 0 && !args.includes('--help')) throw new UsageError(`there is no option ${args[0]}.`);
    io.out(listText(commands));
    return exitCodes.ok;
  }
  const command = commands.find(({ words: own }) => own.every((word, i) => args[i] === word));
  if (command === undefined) return withoutCommand(words, args, io);
  if (args.includes('--help')) {
    io.out(helpText(command));
    return exitCodes.ok;
  }
  return command.run({
    ...(readArguments(command, args.slice(command.words.length)) as { argument: string; options: never }),
    io,
    json,
    print: (result) => io.out(json ? `${JSON.stringify(result.json, null, 2)}\n` : result.text),
  });
}

/** `tessera user`: the commands that begin so. */
function withoutCommand(words: readonly string[], args: readonly string[], io: Io): number {
  const begun = commands.filter((command) => words.every((word, i) => command.words[i] === word));
  if (words[0] === 'help' || (begun.length > 0 && args.includes('--help'))) {
    io.out(listText(begun.length > 0 ? begun : commands));
    return exitCodes.ok;
  }
  const problem =
    begun.length > 0
      ? `'${words.join(' ')}' needs another word.`
      : `there is no command '${words.join(' ')}'.`;
  throw new UsageError(`${problem}\n\n${listText(begun.length > 0 ? begun : commands)}`.trimEnd());
}

function readArguments(
  command: Command,
  args: readonly string[],
): { argument: string; options: Record<string, string | boolean | undefined> } {
  const all = { ...command.options, ...commonOptions };
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: command.argument !== undefined,
    options: Object.fromEntries(
      Object.entries(all).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
  });
  const missing = Object.keys(all).filter((name) => all[name]!.required && values[name] === undefined);
  if (missing.length > 0) {
    throw new UsageError(
      `'tessera ${command.words.join(' ')}' needs ${missing.map((name) => `--${name}`).join(', ')}.`,
    );
  }
  if (command.argument !== undefined && positionals.length !== 1) {
    throw new UsageError(`'tessera ${command.words.join(' ')}' needs one ${command.argument.value}.`);
  }
  const options = Object.fromEntries(
    Object.entries(all).map(([name, { value }]) => [
      name,
      (values[name] as string | boolean | undefined) ?? (value === undefined ? false : undefined),
    ]),
  );
  return { argument: positionals[0] ?? '', options };
}

interface Failure {
  readonly code: number;
  readonly messages: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

/** undefined: a bug, whose stack is worth seeing. */
function explain(error: unknown): Failure | undefined {
  const failed = (...messages: string[]): Failure => ({ code: exitCodes.failed, messages, fields: {} });
  if (error instanceof UsageError) return { ...failed(error.message), code: exitCodes.usage };
  if (error instanceof CommandFailed) return failed(error.message);
  if (error instanceof ConfigurationError) return failed(error.message);
  if (error instanceof DatabaseUnusable) return failed(`the database cannot be used: ${error.message}`);
  if (error instanceof AppError) {
    return { code: exitCodes.failed, messages: error.messages, fields: error.fields };
  }
  const { code, message } = error as { code?: unknown; message: string };
  if (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) {
    return { ...failed(`${message.split('. ')[0]!.replace(/\.$/, '')}.`), code: exitCodes.usage };
  }
  if (code === 'EADDRINUSE') return failed(`another program listens on this port already (${message}).`);
  return undefined;
}
