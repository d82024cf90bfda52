import { randomUUID } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import { hashNewPassword } from '../auth/passwords/passwords.ts';
import { setupIsOpen } from '../auth/setup/setup.ts';
import { builtIn } from '../db/migrations/fresh-site.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest } from '../errors.ts';
import type { Site } from '../site.ts';
import { accountErrors } from '../users/account-fields.ts';
import { groupsById, insertMember } from '../users/group-store.ts';
import { addUser } from '../users/new-user.ts';
import type { User } from '../users/user.ts';
import { listAccounts } from './account-store.ts';
import { CommandFailed, command, exitCodes } from './command.ts';
import { readSecret } from './read-secret.ts';
import { count, textTable } from './text-table.ts';
import { withExistingSite, withSite } from './with-site.ts';

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
    'password-stdin': {
      describe: 'Read the password from standard input (one line; at a terminal it is asked for).',
    },
  },
  examples: [
    'tessera user add --email ci@example.com --name ci --display-name "Build server"',
    'tessera user add --email eve@example.com --name eve --admin --password-stdin < password.txt',
  ],
  async run({ options, io, print }) {
    const password = options['password-stdin'] ? await readSecret(io, 'Password') : undefined;
    const account = {
      name: options.name,
      email: options.email,
      displayName: options['display-name'] ?? options.name,
    };
    const user = await withSite(io, (site) =>
      addAccount(site, { ...account, password, admin: options.admin }),
    );
    print({
      text: `Added ${options.admin ? 'administrator' : 'account'} ${user.name} <${user.email}>${
        password === undefined ? ', without a password' : ''
      }.\n`,
      json: {
        key: user.key,
        accountId: user.accountId,
        name: user.name,
        emailAddress: user.email,
        displayName: user.displayName,
        active: user.active,
        administrator: options.admin,
        hasPassword: password !== undefined,
      },
    });
    return exitCodes.ok;
  },
});

interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly password: string | undefined;
  readonly admin: boolean;
}

async function addAccount(site: Site, { password, admin, ...fields }: NewAccount): Promise<User> {
  // Before the costly hash, and so that every mistake but the password's is told at once.
  const errors = await accountErrors(site.db, fields);
  if (Object.keys(errors).length > 0) throw new BadRequest({ fields: errors });
  const passwordHash = password === undefined ? null : await hashNewPassword(site.config, password);
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

export const userListCommand = command({
  words: ['user', 'list'],
  summary: 'List the accounts',
  details: ['By user name. TOKENS counts the API tokens that are neither revoked nor expired.'],
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
      account.hasPassword ? 'yes' : 'no',
      String(account.liveTokens),
    ]);
    const headings = ['USER NAME', 'E-MAIL', 'DISPLAY NAME', 'STATE', 'KIND', 'PASSWORD', 'TOKENS'];
    print({
      text:
        accounts.length === 0
          ? 'There are no accounts yet.\n'
          : textTable(headings, rows) + total(rows.length),
      json: accounts.map(({ id: _, email, ...account }) => ({ ...account, emailAddress: email })),
    });
    return exitCodes.ok;
  },
});

const total = (n: number): string => `\n${count(n, 'account')}\n`;
