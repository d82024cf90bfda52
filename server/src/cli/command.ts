/** One option of a command; parsing, `--help` and docs/command-line.md come from this declaration. */
export interface Option {
  /** What stands for its value, as in `--email ADDRESS`; without it the option is a flag. */
  readonly value?: string;
  readonly required?: boolean;
  readonly describe: string;
}

type Options = Readonly<Record<string, Option>>;

type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { value: string }
    ? O[K] extends { required: true }
      ? string
      : string | undefined
    : boolean;
};

/** The world outside, as far as commands touch it; tests bring their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  out(text: string): void;
  err(text: string): void;
}

/** The one word that stands behind the words of a command, without an option's name. */
export interface Argument {
  /** What stands for it, as in `tessera explain ID`. */
  readonly value: string;
  readonly describe: string;
}

/** What a command is run with. */
export interface Given<O extends Options = Options> {
  /** '' for a command that takes none. */
  readonly argument: string;
  readonly options: Values<O>;
  readonly io: Io;
  /** `--json`: standard output gets one JSON document and nothing else. */
  readonly json: boolean;
  /** Prints the result, for people or as JSON. */
  print(result: { readonly text: string; readonly json: unknown }): void;
}

/** One command of `tessera`. */
export interface Command {
  /** The words that name it: `['user', 'add']`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** More than the summary says, in whole sentences; a paragraph each. */
  readonly details: readonly string[];
  /** Required of a command that has it. */
  readonly argument?: Argument;
  readonly options: Options;
  readonly examples: readonly string[];
  /** Resolves to the exit code. */
  run(given: Given): Promise<number>;
}

/** Declares a command; what it is run with is typed by its options. */
export function command<const O extends Options>(
  declaration: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(given: Given<O>): Promise<number>;
  },
): Command {
  return declaration as unknown as Command;
}

/** The command line itself is wrong: unknown word, missing or unknown option. */
export class UsageError extends Error {}

/** Something that a person can put right; the message says how. */
export class CommandFailed extends Error {}

export const exitCodes = {
  ok: 0,
  /** Refused or failed; standard error says why. */
  failed: 1,
  /** The command line is wrong; nothing was done. */
  usage: 2,
} as const;
