import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commands } from '../server/src/cli/commands.ts';
import { helpText } from '../server/src/cli/help.ts';
import { type Setting, settings } from '../server/src/config-settings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const note = '<!-- Written by `npm run docs:generate`; change what it is written from instead. -->';

/** The pages that are written from declarations, by path. A test holds them against the files. */
export function generatedDocs(): Readonly<Record<string, string>> {
  return { 'docs/configuration.md': configurationPage(), 'docs/command-line.md': commandLinePage() };
}

function configurationPage(): string {
  const all: readonly Setting[] = Object.values(settings);
  const secrets = all.filter(({ secret }) => secret).map(({ variable }) => `\`${variable}_FILE\``);
  return `# Configuration

${note}

Every setting is an environment variable, and a key of \`tessera.config.json\` in the working directory (or of the file
that \`TESSERA_CONFIG\` names). The environment counts before the file, the file before the default. Secrets can also
come from a file of their own: ${secrets.join(', ')}.

All mistakes are reported at once at start, each with the setting's name, what it held and what it may hold. An unknown
name is a mistake too. \`tessera config check\` shows every setting, where its value comes from, and the mistakes.

| variable | in the file | default | may hold | what it does |
| --- | --- | --- | --- | --- |
${all.map(settingRow).join('\n')}

## Listening beyond loopback

When \`TESSERA_HOST\` is not a loopback address, the start is refused unless

- \`TESSERA_BASE_URL\` is set, and is \`https\`: credentials may not cross a network in clear text (TLS is ended by a
  reverse proxy in front, which belongs into \`TESSERA_TRUSTED_PROXIES\`);
- files with secrets (those of \`…_FILE\`, and \`tessera.config.json\` when it holds one) are not readable by every user of
  the machine, and \`TESSERA_SECRET_KEY\` is random;
- no debugger is open (\`--inspect\`);
- password hashes cost at least 19456 KiB and 2 passes;
- \`--demo\` is off: its accounts are known to everybody.

Then requests that come in clear text are refused with 403, but for \`/status\`: those of peers elsewhere that
\`TESSERA_TRUSTED_PROXIES\` does not name, and those that a trusted proxy marks with \`X-Forwarded-Proto: http\`.
[security.md](security.md) has the rest.

## An example file

\`\`\`json
{
  "port": 2990,
  "baseUrl": "http://localhost:2990/jira",
  "trustedProxies": ["127.0.0.1"],
  "loginAttempts": 5
}
\`\`\`
`;
}

function settingRow({ variable, key, secret, default: fallback, allowed, describe }: Setting): string {
  const shown = fallback === undefined ? 'none' : fallback === '' ? 'blank' : `\`${fallback}\``;
  const about = secret ? `${describe} Secret.` : describe;
  return `| \`${variable}\` | \`${key}\` | ${shown} | ${cell(allowed)} | ${cell(about)} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function commandLinePage(): string {
  const list = commands.map(
    ({ words, summary }) => `| [\`${words.join(' ')}\`](#tessera-${words.join('-')}) | ${summary} |`,
  );
  const sections = commands.map(
    (command) => `## tessera ${command.words.join(' ')}\n\n\`\`\`text\n${helpText(command)}\`\`\``,
  );
  return `# Command line

${note}

\`tessera\` is \`npm run --silent tessera --\` in a checkout. Its commands read the same \`TESSERA_*\` settings as the server
(see [configuration](configuration.md)), work on the same data, and may be used while the server runs: what they change
counts from its next request on.

| command | |
| --- | --- |
${list.join('\n')}

- **Secrets** are never arguments, which other users of the machine could read; they come on standard input.
- **\`--json\`** prints one JSON document on standard output; a failure is one on standard error, in the shape of the
  REST API: \`{"errorMessages": [...], "errors": {...}}\`.
- **Exit codes**: 0 done; 1 refused or failed, and standard error says why; 2 the command line itself is wrong, and
  nothing was done.
- **\`--version\`** prints the version, **\`--help\`** tells about a command.

${sections.join('\n\n')}
`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, text] of Object.entries(generatedDocs())) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(path);
  }
}
