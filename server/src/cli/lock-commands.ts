import { liftLocks, listLocks } from '../auth/locks/lock-administration.ts';
import { readRevision } from '../db/revision.ts';
import { command, exitCodes } from './command.ts';
import { printable, textTable, timeText } from './text-table.ts';
import { withExistingSite } from './with-site.ts';

const kinds = {
  pair: 'CAPTCHA',
  account: 'passwords',
  ceiling: 'ceiling',
} as const;

export const lockListCommand = command({
  words: ['lock', 'list'],
  summary: 'List who is locked out of sign-in, from where, since when',
  details: [
    'CAPTCHA: too many failures from one address; sign-in from there is closed over REST, and the web page asks for the word in the picture. passwords: guesses from several networks; passwords are closed everywhere, API tokens go on. ceiling: a hundred failures; nothing is looked at any more.',
  ],
  options: {},
  examples: ['tessera lock list', 'tessera lock list --json'],
  async run({ io, print }) {
    const locks = await withExistingSite(io, async (site) => listLocks(site, await readRevision(site.db)));
    const rows = locks.map((lock) => [
      printable(lock.username),
      kinds[lock.kind],
      lock.address ?? 'everywhere',
      String(lock.failures),
      timeText(lock.since),
      timeText(lock.lastFailedAt),
    ]);
    print({
      text:
        locks.length === 0
          ? 'Nobody is locked out.\n'
          : textTable(['NAME', 'LOCK', 'FROM', 'FAILURES', 'SINCE', 'LAST FAILURE'], rows),
      json: locks.map((lock) => ({
        username: lock.username,
        account: lock.user !== null,
        kind: lock.kind,
        address: lock.address,
        failures: lock.failures,
        since: new Date(lock.since).toISOString(),
        lastFailureAt: new Date(lock.lastFailedAt).toISOString(),
      })),
    });
    return exitCodes.ok;
  },
});

export const lockClearCommand = command({
  words: ['lock', 'clear'],
  summary: 'Reset the failed login count of an account, which lifts every lock of it',
  details: ['It counts on the very next request, also of a running server.'],
  options: {
    user: { value: 'NAME|EMAIL', required: true, describe: 'The account: its user name or e-mail address.' },
  },
  examples: ['tessera lock clear --user fred'],
  async run({ options, io, print }) {
    const cleared = await withExistingSite(io, (site) =>
      liftLocks(site, options.user, {
        by: 'command-line',
        source: { address: '', userAgent: '', requestId: '' },
      }),
    );
    print({
      text: cleared
        ? `Reset the failed login count of ${printable(options.user)}.\n`
        : `${printable(options.user)} has no failed sign-ins to reset.\n`,
      json: { user: options.user, cleared },
    });
    return exitCodes.ok;
  },
});
