import { stateOf, type TokenState } from '../auth/api-tokens/api-token-json.ts';
import { listTokens, type TokenRecord } from '../auth/api-tokens/api-token-store.ts';
import {
  type MintedToken,
  mintTokenFor,
  registerToken,
  revoke,
  rotateTokenOf,
} from '../auth/api-tokens/api-tokens.ts';
import { neverMs } from '../auth/api-tokens/token-life.ts';
import { type FindProjectId, wordsOf } from '../auth/api-tokens/token-limits.ts';
import { readRevision } from '../db/revision.ts';
import { scopes } from '../identity.ts';
import { decimalId } from '../lib/decimal-id.ts';
import { projectsAt } from '../projects/project-cache.ts';
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
    days: { value: 'N', describe: "Days until it expires, 1 to 365, or 'never'; 365 if left out." },
    scopes: {
      value: 'LIST',
      describe: `What it may do, separated by commas: ${scopes.join(', ')}. Left out: everything its owner may.`,
    },
    projects: {
      value: 'LIST',
      describe: 'Keys of the only projects that it reaches, separated by commas.',
    },
    addresses: {
      value: 'LIST',
      describe: 'Addresses and CIDR ranges that it may come from, separated by commas.',
    },
    'secret-stdin': {
      describe: 'Register the secret on standard input (one line; at a terminal it is asked for).',
    },
  },
  examples: [
    'tessera token create --user ci --label "Build server" --days 90',
    'tessera token create --user ci --label "Old bot" --secret-stdin < secret.txt',
    'tessera token create --user ci --label Deploy --json | jq -r .secret',
    'tessera token create --user ci --label Report --scopes read:jira-work --projects QA --addresses 192.0.2.0/24',
  ],
  async run({ options, io, print }) {
    const days = daysOf(options.days);
    const limits = {
      scopes: listOf(options.scopes),
      projects: listOf(options.projects),
      addresses: listOf(options.addresses),
    };
    const secret = options['secret-stdin'] ? await readSecret(io, 'Secret') : undefined;
    const input = { label: options.label, days, ...limits };
    const { owner, token } = await withExistingSite(io, async (site) => {
      const owner = await accountNamed(site, options.user);
      const findProject = await projectFinder(site);
      const token =
        secret === undefined
          ? await mintTokenFor(site, owner.id, input, findProject)
          : await registerToken(site, undefined, owner.id, { ...input, secret }, findProject);
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
  const made = `${token.kind === 'registered' ? 'Registered' : 'Made'} token ${token.id} of ${owner.name}, '${printable(token.label)}', ${endText(token)}.\n`;
  if (token.kind === 'registered') return made;
  return `${made}
  ${token.secret}

This is the only time it is shown. Use it in place of a password, with ${owner.email}.
`;
}

const endText = ({ expiresAt }: TokenRecord): string =>
  expiresAt === neverMs ? 'which never expires' : `good until ${timeText(expiresAt)}`;

export const tokenRotateCommand = command({
  words: ['token', 'rotate'],
  summary: 'Give an API token a new secret, while the old one works on for some hours',
  details: [
    'Label, scopes, projects and addresses stay. The new secret is printed this once.',
    'Without --overlap the old secret is refused from the next request on.',
  ],
  options: {
    user,
    id: { value: 'N', required: true, describe: "The token's id, as 'tessera token list' shows it." },
    overlap: { value: 'HOURS', describe: 'How long the old secret works on, 0 to 72 hours; 0 if left out.' },
    days: {
      value: 'N',
      describe: "Days until it expires, 1 to 365, or 'never'; as long as before if left out.",
    },
  },
  examples: ['tessera token rotate --user ci --id 10100 --overlap 24'],
  async run({ options, io, print }) {
    const id = wholeNumber('id', options.id);
    const overlapHours = options.overlap === undefined ? 0 : wholeNumber('overlap', options.overlap);
    const { owner, token } = await withExistingSite(io, async (site) => {
      const owner = await accountNamed(site, options.user);
      const rotation = { days: daysOf(options.days), overlapHours };
      return { owner, token: await rotateTokenOf(site, owner.id, id, rotation) };
    });
    const old =
      overlapHours === 0
        ? 'The old secret is refused from now on'
        : `The old secret works for ${count(overlapHours, 'more hour')}`;
    print({
      text: `${old}. Token ${token.id} of ${owner.name}, '${printable(token.label)}', ${endText(token)}, has a new one:

  ${token.secret}

This is the only time it is shown.
`,
      json: { ...tokenJson(token, 'active'), user: owner.name, secret: token.secret },
    });
    return exitCodes.ok;
  },
});

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
      return { owner, tokens: await listTokens(site.db, owner.id, 0), now: site.clock.now() };
    });
    const rows = tokens.map((token) => [
      String(token.id),
      token.label,
      timeText(token.createdAt),
      token.expiresAt === neverMs ? 'never' : timeText(token.expiresAt),
      token.lastUsedAt === null ? 'never' : timeText(token.lastUsedAt),
      token.replacedBy === null
        ? stateOf(token, now)
        : `${stateOf(token, now)} (old secret of ${token.replacedBy})`,
      limitText(token),
    ]);
    print({
      text:
        tokens.length === 0
          ? `${owner.name} has no API tokens.\n`
          : textTable(['ID', 'LABEL', 'CREATED', 'EXPIRES', 'LAST USED', 'STATE', 'LIMITS'], rows),
      json: tokens.map((token) => tokenJson(token, stateOf(token, now))),
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
      return { owner, revoked: await revoke(site, owner.id, id) };
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

/** Of the whole site: whoever owns the machine sees all of it. */
async function projectFinder(site: Site): Promise<FindProjectId> {
  const { byKey, byId } = await projectsAt(site.db, await readRevision(site.db));
  return (word) => (byKey(word) ?? byId(decimalId(word) ?? 0))?.id;
}

function limitText({ scopes, project_ids, addresses }: TokenRecord): string {
  const limits = [
    scopes,
    project_ids === null ? null : `projects ${project_ids}`,
    addresses === null ? null : `from ${addresses}`,
  ].filter((one) => one !== null);
  return limits.length === 0 ? 'none' : limits.join('; ');
}

const listOf = (text: string | undefined): string[] | undefined => text?.split(',');

function daysOf(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  return text === 'never' ? null : wholeNumber('days', text);
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${option} must be a whole number, not '${text}'.`);
  return Number(text);
}

function tokenJson(token: TokenRecord, state: TokenState): Record<string, unknown> {
  const time = (ms: number) => new Date(ms).toISOString();
  return {
    id: token.id,
    label: token.label,
    kind: token.kind,
    createdAt: time(token.createdAt),
    expiresAt: token.expiresAt === neverMs ? null : time(token.expiresAt),
    lastUsedAt: token.lastUsedAt === null ? null : time(token.lastUsedAt),
    lastUsedAddress: token.lastUsedAddress,
    state,
    oldSecretOf: token.replacedBy,
    scopes: wordsOf(token.scopes),
    projectIds: wordsOf(token.project_ids),
    addresses: wordsOf(token.addresses),
  };
}
