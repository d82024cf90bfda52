import { type FoundSetting, inspectEnvironment, type Mistake } from '../config.ts';
import { command, exitCodes } from './command.ts';
import { count, printable, textTable } from './text-table.ts';

const mask = '********';

export const configCheckCommand = command({
  words: ['config', 'check'],
  summary: 'Show every setting, where its value comes from, and every mistake',
  details: [
    'Nothing is started or changed. Secrets are masked. With a mistake the exit code is 1.',
    'The environment counts before the file (tessera.config.json, or what TESSERA_CONFIG names), the file before the default.',
  ],
  options: {},
  examples: ['tessera config check', 'TESSERA_CONFIG=/etc/tessera.json tessera config check --json'],
  async run({ io, print }) {
    const { found, mistakes } = inspectEnvironment(io.env);
    print({
      text: `${settingsText(found)}\n${mistakesText(mistakes)}`,
      json: {
        ok: mistakes.length === 0,
        settings: found.map((one) => ({
          name: one.setting.variable,
          fileKey: one.setting.key,
          value: shown(one) ?? null,
          source: one.from ?? 'default',
          secret: one.setting.secret,
        })),
        mistakes: mistakes.map(({ name, held, problem }) => ({ name, held: held ?? null, problem })),
      },
    });
    return mistakes.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
});

const shown = ({ setting, text }: FoundSetting): string | undefined =>
  text !== undefined && setting.secret ? mask : text;

function settingsText(found: readonly FoundSetting[]): string {
  const rows = found.map((one) => {
    const value = shown(one);
    const source =
      one.from === undefined ? 'default' : one.from === one.setting.variable ? 'environment' : one.from;
    return [
      one.setting.variable,
      value === undefined ? '(not set)' : value === '' ? '(blank)' : value,
      source,
    ];
  });
  return textTable(['SETTING', 'VALUE', 'FROM'], rows);
}

function mistakesText(mistakes: readonly Mistake[]): string {
  if (mistakes.length === 0) return 'No mistakes.\n';
  const lines = mistakes.map(
    ({ name, held, problem }) =>
      `  ${name}${held === undefined ? '' : ` held ${printable(JSON.stringify(held))}`}: ${problem}\n`,
  );
  return `${count(mistakes.length, 'mistake')}:\n${lines.join('')}`;
}
