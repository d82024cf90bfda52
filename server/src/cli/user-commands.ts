import { randomUUID } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import { aboutPerson } from '../auth/passwords/about-person.ts';
import { takeOverPassword, unusableHash } from '../auth/passwords/password-change.ts';
import { hashNewPassword, isUsableHash } from '../auth/passwords/passwords.ts';
import { setupIsOpen } from '../auth/setup/setup.ts';
import { builtIn } from '../db/migrations/fresh-site.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest } from '../errors.ts';
import type { Site } from '../site.ts';
import { accountErrors } from '../users/account-fields.ts';
import { groupsById, insertMember } from '../users/group-store.ts';
import { addUser } from '../users/new-user.ts';
import type { User } from '../users/user.ts';
import { usersByWord } from '../users/user-store.ts';
import { listAccounts } from './account-store.ts';
import { CommandFailed, command, exitCodes, type Io, type Option, UsageError } from './command.ts';
import { readSecret } from './read-secret.ts';
import { count, textTable } from './text-table.ts';
import { withExistingSite, withSite } from './with-site.ts';

const passwordFromStdin = {
  describe: 'Read the password from standard input (one line; at a terminal it is asked for).',
} as const satisfies Option;
const hashFromStdin = {
  describe:
    'Read the hash that another program stored of the password: argon2id, bcrypt, or {PKCS5S2} as Jira stores it. The first sign-in replaces it.',
} as const satisfies Option;

type PasswordOrHash = { readonly password: string } | { readonly hash: string };

async function passwordOrHash(
  options: { readonly 'password-stdin': boolean; readonly 'password-hash-stdin': boolean },
  io: Io,
): Promise<PasswordOrHash | undefined> {
  if (options['password-stdin'] && options['password-hash-stdin']) {
    throw new UsageError('standard input holds a password or a hash: give one of the two options.');
  }
  if (options['password-stdin']) return { password: await readSecret(io, 'Password') };
  if (!options['password-hash-stdin']) return undefined;
  const hash = (await readSecret(io, 'Hash')).trim();
  if (!isUsableHash(hash)) throw new CommandFailed(unusableHash);
  return { hash };
}

async function hashOf(
  site: Site,
  secret: PasswordOrHash | undefined,
  person: Parameters<typeof aboutPerson>[1],
): Promise<string | null> {
  if (secret === undefined) return null;
  if ('hash' in secret) return secret.hash;
  return hashNewPassword(site.config, secret.password, await aboutPerson(site, person));
}

export const userAddCommand = command({
  words: ['user', 'add'],
  summary: 'Make an account',
  details: [
    'The account joins the group jira-software-users and, with --admin, jira-administrators. Without a password it signs in by API token only.',
  ],
  options: {
    email: { value: 'ADDRESS', required: true, describe: 'E-mail address; one may sign in with it.' },
    name: { value: 'NAME', required: true, describe: 'User name.' },
    'display-name': { value: 'TEXT', describe: 'Full name, as others see it; the user name if left out.' },
    admin: { describe: 'Make the account an administrator of the site.' },
    'password-stdin': passwordFromStdin,
    'password-hash-stdin': hashFromStdin,
  },
  examples: [
    'tessera user add --email ci@example.com --name ci --display-name "Build server"',
    'tessera user add --email eve@example.com --name eve --admin --password-stdin < password.txt',
    "echo '{PKCS5S2}…' | tessera user add --email fred@example.com --name fred --password-hash-stdin",
  ],
  async run({ options, io, print }) {
    const secret = await passwordOrHash(options, io);
    const account = {
      name: options.name,
      email: options.email,
      displayName: options['display-name'] ?? options.name,
    };
    const user = await withSite(io, (site) => addAccount(site, { ...account, secret, admin: options.admin }));
    print({
      text: `Added ${options.admin ? 'administrator' : 'account'} ${user.name} <${user.email}>${
        secret === undefined ? ', without a password' : ''
      }.\n`,
      json: {
        key: user.key,
        accountId: user.accountId,
        name: user.name,
        emailAddress: user.email,
        displayName: user.displayName,
        active: user.active,
        administrator: options.admin,
        hasPassword: secret !== undefined,
      },
    });
    return exitCodes.ok;
  },
});

interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly secret: PasswordOrHash | undefined;
  readonly admin: boolean;
}

async function addAccount(site: Site, { secret, admin, ...fields }: NewAccount): Promise<User> {
  // Before the costly hash, and so that every mistake but the password's is told at once.
  const errors = await accountErrors(site.db, fields);
  if (Object.keys(errors).length > 0) throw new BadRequest({ fields: errors });
  const passwordHash = await hashOf(site, secret, fields);
  const { administrators, softwareUsers } = builtIn.groups;
  return inTransaction(site.db, async (trx) => {
    if (!admin && (await setupIsOpen({ ...site, db: trx }))) {
      // Any account ends the first start's set-up, and then nobody could administer the site.
      throw new CommandFailed('the first account must be an administrator: add --admin.');
    }
    const user = await addUser(trx, site.clock, {
      ...fields,
      accountId: randomUUID(),
      passwordHash,
      timeZone: 'UTC',
      locale: 'en_US',
    });
    const groups = await groupsById(trx, admin ? [administrators, softwareUsers] : [softwareUsers]);
    if (admin && !groups.has(administrators)) {
      throw new CommandFailed(
        'the group jira-administrators has been deleted: add the account without --admin.',
      );
    }
    for (const { id } of groups.values()) await insertMember(trx, id, user.id);
    await audit(trx, site.clock, {
      event: 'user.created',
      outcome: 'ok',
      via: 'command-line',
      source: { address: '', userAgent: '', requestId: '' },
      subject: user.name,
      subjectType: 'user',
      subjectId: user.id,
      detail: { administrator: admin },
    });
    return user;
  });
}

export const userSetPasswordCommand = command({
  words: ['user', 'set-password'],
  summary: 'Set the password of an account; its sessions end',
  details: [
    'It counts on the very next request, also of a running server; API tokens go on working. The owner of the account is told by mail.',
    'With --password-hash-stdin an account moves in with the password it has: the hash that the other program stored is taken over.',
  ],
  options: {
    user: { value: 'NAME|EMAIL', required: true, describe: 'The account: its user name or e-mail address.' },
    'password-stdin': passwordFromStdin,
    'password-hash-stdin': hashFromStdin,
  },
  examples: [
    'tessera user set-password --user eve --password-stdin',
    "echo '{PKCS5S2}…' | tessera user set-password --user fred --password-hash-stdin",
  ],
  async run({ options, io, print }) {
    const secret = await passwordOrHash(options, io);
    if (secret === undefined) {
      throw new UsageError('say what standard input holds: --password-stdin or --password-hash-stdin.');
    }
    const user = await withExistingSite(io, async (site) => {
      const found = (await usersByWord(site.db, [options.user])).get(options.user);
      if (found === undefined) throw new CommandFailed(`there is no account '${options.user}'.`);
      await takeOverPassword(site, found, secret);
      return found;
    });
    print({
      text: `Set the password of ${user.name} <${user.email}>.\n`,
      json: { user: user.name, emailAddress: user.email },
    });
    return exitCodes.ok;
  },
});

export const userListCommand = command({
  words: ['user', 'list'],
  summary: 'List the accounts',
  details: [
    'By user name. PASSWORD names the hash of an account that moved in and has not signed in since. TOKENS counts the API tokens that are neither revoked nor expired.',
  ],
  options: {},
  examples: [],
  async run({ io, print }) {
    const accounts = await withExistingSite(io, (site) => listAccounts(site.db, site.clock.now()));
    const rows = accounts.map((account) => [
      account.name,
      account.email,
      account.displayName,
      account.active ? 'active' : 'inactive',
      account.administrator ? 'administrator' : 'user',
      account.passwordHash === 'argon2id' ? 'yes' : (account.passwordHash ?? 'no'),
      String(account.liveTokens),
    ]);
    const headings = ['USER NAME', 'E-MAIL', 'DISPLAY NAME', 'STATE', 'KIND', 'PASSWORD', 'TOKENS'];
    print({
      text:
        accounts.length === 0
          ? 'There are no accounts yet.\n'
          : textTable(headings, rows) + total(rows.length),
      json: accounts.map(({ id: _, email, ...account }) => ({
        ...account,
        hasPassword: account.passwordHash !== null,
        emailAddress: email,
      })),
    });
    return exitCodes.ok;
  },
});

const total = (n: number): string => `\n${count(n, 'account')}\n`;
