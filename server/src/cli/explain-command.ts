import { type Explanation, explain } from '../audit/explanation.ts';
import { findRefusal } from '../audit/refusal-store.ts';
import { CommandFailed, command, exitCodes } from './command.ts';
import { printable, textTable } from './text-table.ts';
import { withExistingSite } from './with-site.ts';

export const explainCommand = command({
  words: ['explain'],
  summary: 'Say why a request was refused, and what would help',
  details: [
    'The id is the X-AREQUESTID header of the answer. A refusal reaches the database a second or two after its answer and is kept for seven days; of a flood of refusals from one source not every one is kept.',
  ],
  argument: { value: 'ID', describe: 'The id of the request.' },
  options: {},
  examples: ['tessera explain 764x10559x3f9ac01b7e'],
  async run({ argument, io, print }) {
    const explanation = await withExistingSite(io, async ({ db }) => {
      const refusal = await findRefusal(db, argument);
      return refusal === undefined ? undefined : explain(db, refusal, true);
    });
    if (explanation === undefined) {
      throw new CommandFailed(`no refused request is kept under the id '${printable(argument)}'.`);
    }
    print({ text: explanationText(explanation), json: explanation });
    return exitCodes.ok;
  },
});

function explanationText(given: Explanation): string {
  const facts: [string, string][] = [
    ['step', given.step],
    ['account', given.account === null ? '' : `${given.account.name} (${given.account.displayName})`],
    ...Object.entries(given.facts).map(([key, value]): [string, string] => [key, String(value)]),
    ['request', `${given.method} ${given.path ?? '(no such address)'}`],
    ['answer', String(given.status)],
    ['at', given.at],
    ['from', given.address],
    ['client', given.userAgent],
  ];
  const known = facts.filter(([, value]) => value !== '');
  return `${given.title}

${given.explanation}

What would help: ${given.help}

${textTable(known[0]!, known.slice(1))}`;
}
