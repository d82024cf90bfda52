import { listTokenRecords, type TokenSummary } from '../auth/api-tokens/api-token-store.ts';
import { type MintedToken, mintTokenFor, registerToken, revoke } from '../auth/api-tokens/api-tokens.ts';
import type { Site } from '../site.ts';
import type { User } from '../users/user.ts';
import { usersByWord } from '../users/user-store.ts';
import { CommandFailed, command, exitCodes, type Option, UsageError } from './command.ts';
import { readSecret } from './read-secret.ts';
import { count, printable, textTable, timeText } from './text-table.ts';
import { withExistingSite } from './with-site.ts';

const user = {
  value: 'NAME|EMAIL',
  required: true,
  describe: 'The account: its user name or e-mail address.',
} as const satisfies Option;

export const tokenCreateCommand = command({
  words: ['token', 'create'],
  summary: 'Make an API token for an account, or register an existing secret as one',
  details: [
    'The secret of a new token is printed this once; only its SHA-256 is stored. The token works at once, also on a running server.',
    'With --secret-stdin nothing is made up: the value that a bot already has becomes a token of the account, so that the bot need not change. It must be random: at least 20 characters and an estimated 112 bits.',
  ],
  options: {
    user,
    label: { value: 'TEXT', required: true, describe: 'What the token is for.' },
    days: { value: 'N', describe: 'Days until it expires, 1 to 365; 365 if left out.' },
    'secret-stdin': {
      describe: 'Register the secret on standard input (one line; at a terminal it is asked for).',
    },
  },
  examples: [
    'tessera token create --user ci --label "Build server" --days 90',
    'tessera token create --user ci --label "Old bot" --secret-stdin < secret.txt',
    'tessera token create --user ci --label Deploy --json | jq -r .secret',
  ],
  async run({ options, io, print }) {
    const days = options.days === undefined ? undefined : wholeNumber('days', options.days);
    const secret = options['secret-stdin'] ? await readSecret(io, 'Secret') : undefined;
    const input = { label: options.label, days };
    const { owner, token } = await withExistingSite(io, async (site) => {
      const owner = await accountNamed(site, options.user);
      const token =
        secret === undefined
          ? await mintTokenFor(site, owner.id, input)
          : await registerToken(site, undefined, owner.id, { ...input, secret });
      return { owner, token };
    });
    print({
      text: createdText(owner, token),
      json: {
        ...tokenJson(token, 'active'),
        user: owner.name,
        ...(secret === undefined && { secret: token.secret }),
      },
    });
    return exitCodes.ok;
  },
});

function createdText(owner: User, token: MintedToken): string {
  const made = `${token.kind === 'registered' ? 'Registered' : 'Made'} token ${token.id} of ${owner.name}, '${printable(token.label)}', good until ${timeText(token.expiresAt)}.\n`;
  if (token.kind === 'registered') return made;
  return `${made}
  ${token.secret}

This is the only time it is shown. Use it in place of a password, with ${owner.email}.
`;
}

type State = 'active' | 'expired' | 'revoked';

export const tokenListCommand = command({
  words: ['token', 'list'],
  summary: 'List the API tokens of an account',
  details: [
    "Revoked tokens too. The time of last use is exact to a minute, and may be a few seconds behind a running server's.",
  ],
  options: { user },
  examples: ['tessera token list --user ci'],
  async run({ options, io, print }) {
    const { owner, tokens, now } = await withExistingSite(io, async (site) => {
      const owner = await accountNamed(site, options.user);
      return { owner, tokens: await listTokenRecords(site.db, owner.id), now: site.clock.now() };
    });
    const stateOf = (token: (typeof tokens)[number]): State => {
      if (token.revokedAt !== null) return 'revoked';
      return token.expiresAt <= now ? 'expired' : 'active';
    };
    const rows = tokens.map((token) => [
      String(token.id),
      token.label,
      timeText(token.createdAt),
      timeText(token.expiresAt),
      token.lastUsedAt === null ? 'never' : timeText(token.lastUsedAt),
      stateOf(token),
    ]);
    print({
      text:
        tokens.length === 0
          ? `${owner.name} has no API tokens.\n`
          : textTable(['ID', 'LABEL', 'CREATED', 'EXPIRES', 'LAST USED', 'STATE'], rows),
      json: tokens.map((token) => tokenJson(token, stateOf(token))),
    });
    return exitCodes.ok;
  },
});

export const tokenRevokeCommand = command({
  words: ['token', 'revoke'],
  summary: 'Revoke one API token of an account, or all',
  details: ['What was revoked is refused from the next request on, also by a running server.'],
  options: {
    user,
    id: { value: 'N', describe: "The token's id, as 'tessera token list' shows it." },
    all: { describe: 'Revoke every token of the account.' },
  },
  examples: ['tessera token revoke --user ci --id 10100', 'tessera token revoke --user ci --all'],
  async run({ options, io, print }) {
    if ((options.id === undefined) === !options.all) {
      throw new UsageError("'tessera token revoke' needs either --id or --all.");
    }
    const id = options.id === undefined ? undefined : wholeNumber('id', options.id);
    const { owner, revoked } = await withExistingSite(io, async (site) => {
      const owner = await accountNamed(site, options.user);
      return { owner, revoked: await revoke(site, undefined, owner.id, id) };
    });
    if (id !== undefined && revoked === 0) {
      throw new CommandFailed(`${owner.name} has no token ${id} that could be revoked.`);
    }
    print({
      text: `Revoked ${count(revoked, 'token')} of ${owner.name}.\n`,
      json: { user: owner.name, revoked },
    });
    return exitCodes.ok;
  },
});

async function accountNamed(site: Site, word: string): Promise<User> {
  const found = (await usersByWord(site.db, [word])).get(word);
  if (found === undefined) throw new CommandFailed(`there is no account '${word}'.`);
  return found;
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${option} must be a whole number, not '${text}'.`);
  return Number(text);
}

function tokenJson(token: TokenSummary, state: State): Record<string, unknown> {
  const time = (ms: number) => new Date(ms).toISOString();
  return {
    id: token.id,
    label: token.label,
    kind: token.kind,
    createdAt: time(token.createdAt),
    expiresAt: time(token.expiresAt),
    lastUsedAt: token.lastUsedAt === null ? null : time(token.lastUsedAt),
    state,
  };
}
