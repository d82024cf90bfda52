import { resetFactorsOf } from '../auth/two-factor/factors.ts';
import { readRevision } from '../db/revision.ts';
import { usersByWord } from '../users/user-store.ts';
import { CommandFailed, command, exitCodes } from './command.ts';
import { withExistingSite } from './with-site.ts';

export const userResetFactorsCommand = command({
  words: ['user', 'reset-factors'],
  summary: 'Remove the second factors of an account; its sessions end',
  details: [
    'For who has lost their phone and their recovery codes. The password and API tokens stay as they are; the owner is told by mail.',
  ],
  options: {
    user: { value: 'NAME|EMAIL', required: true, describe: 'The account: its user name or e-mail address.' },
  },
  examples: ['tessera user reset-factors --user fred'],
  async run({ options, io, print }) {
    const user = await withExistingSite(io, async (site) => {
      const found = (await usersByWord(site.db, [options.user])).get(options.user);
      if (found === undefined) throw new CommandFailed(`there is no account '${options.user}'.`);
      const source = { address: '', userAgent: '', requestId: '' };
      await resetFactorsOf(site, found, { source }, await readRevision(site.db));
      return found;
    });
    print({
      text: `Removed the second factors of ${user.name} <${user.email}>.\n`,
      json: { user: user.name, emailAddress: user.email },
    });
    return exitCodes.ok;
  },
});
