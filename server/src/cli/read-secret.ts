import { CommandFailed, type Io } from './command.ts';

const longest = 4096;

/** One line from standard input; a person at a terminal is asked, and does not see what they type. */
export async function readSecret({ stdin, err }: Io, what: string): Promise<string> {
  const terminal = stdin as NodeJS.ReadStream;
  if (stdin.isTTY === true) {
    err(`${what}: `);
    terminal.setRawMode(true);
  }
  try {
    const secret = await readLine(stdin);
    if (secret === '') throw new CommandFailed(`standard input holds no ${what.toLowerCase()}.`);
    return secret;
  } finally {
    if (stdin.isTTY === true) {
      terminal.setRawMode(false);
      err('\n');
    }
  }
}

async function readLine(stdin: Io['stdin']): Promise<string> {
  let line = '';
  stdin.setEncoding('utf8');
  // Leaving the loop closes the stream, so an open pipe does not keep the process.
  for await (const chunk of stdin as AsyncIterable<string>) {
    for (const character of chunk) {
      if (character === '\n' || character === '\r') return line;
      // At a terminal in raw mode the keys that end, interrupt and correct come as characters.
      if (stdin.isTTY === true && character === '\u0004') return line;
      if (stdin.isTTY === true && character === '\u0003') throw new CommandFailed('interrupted.');
      if (stdin.isTTY === true && character === '\u007f') line = [...line].slice(0, -1).join('');
      else line += character;
    }
    if (line.length > longest) throw new CommandFailed('standard input holds more than a secret.');
  }
  return line;
}
