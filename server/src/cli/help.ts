import type { Command, Option } from './command.ts';

/** On every command, besides its own options. */
export const commonOptions: Readonly<Record<string, Option>> = {
  json: { describe: 'Print one JSON document instead of text; errors too, on standard error.' },
  help: { describe: 'Say what the command does, and do nothing.' },
};

const width = 100;

export function listText(commands: readonly Command[], title = 'Usage: tessera COMMAND [OPTION...]'): string {
  const names = commands.map(({ words }) => words.join(' '));
  const column = Math.max(...names.map((name) => name.length)) + 2;
  const lines = commands.map(({ summary }, i) => `  ${names[i]!.padEnd(column)}${summary}`);
  return `${title}

${lines.join('\n')}

'tessera COMMAND --help' tells more about a command, 'tessera --version' the version.
Commands read the same TESSERA_* settings as the server and may run while it does.
Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong.
`;
}

export function helpText(command: Command): string {
  const options = { ...command.options, ...commonOptions };
  const argument = command.argument === undefined ? [] : [{ ...command.argument, required: true }];
  const names = [
    ...argument.map(({ value }) => value),
    ...Object.entries(options).map(([name, option]) => optionName(name, option)),
  ];
  const column = Math.max(...names.map((name) => name.length)) + 4;
  const described = [...argument, ...Object.values(options)].map(({ describe, required }, i) => {
    const text = required ? `${describe} Required.` : describe;
    return `  ${names[i]!.padEnd(column - 2)}${wrap(text, width - column, ' '.repeat(column))}`;
  });
  const parts = [
    `Usage: ${synopsis(command)}`,
    wrap(`${command.summary}.`, width, ''),
    ...command.details.map((paragraph) => wrap(paragraph, width, '')),
    `Options\n${described.join('\n')}`,
    ...(command.examples.length === 0
      ? []
      : [`Examples\n${command.examples.map((e) => `  ${e}`).join('\n')}`]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** `tessera user add --email ADDRESS [--admin]` */
export function synopsis({ words, argument, options }: Command): string {
  const parts = Object.entries({ ...options, json: commonOptions.json! }).map(([name, option]) => {
    const text = optionName(name, option);
    return option.required ? text : `[${text}]`;
  });
  return ['tessera', ...words, ...(argument === undefined ? [] : [argument.value]), ...parts].join(' ');
}

export function optionName(name: string, { value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function wrap(text: string, columns: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}
