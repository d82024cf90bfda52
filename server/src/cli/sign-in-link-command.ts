import { issueSignInLink, signInLink } from '../auth/sign-in/sign-in-link.ts';
import { isServiceAccount } from '../users/service-account-store.ts';
import { usersByWord } from '../users/user-store.ts';
import { CommandFailed, command, exitCodes, UsageError } from './command.ts';
import { readSettings, withExistingSite } from './with-site.ts';

const usualMinutes = 10;
const mostMinutes = 60;

export const userSignInLinkCommand = command({
  words: ['user', 'sign-in-link'],
  summary: 'Print a link that signs an account in once',
  details: [
    'For administrators who cannot get in otherwise: an identity provider is down, or the password is lost. A second factor is asked for all the same (user reset-factors removes it). The link is void after one use, or after ten minutes.',
  ],
  options: {
    user: { value: 'NAME|EMAIL', required: true, describe: 'The account: its user name or e-mail address.' },
    minutes: { value: 'N', describe: 'How long the link lives, 1 to 60 minutes; 10 if left out.' },
  },
  examples: ['tessera user sign-in-link --user admin'],
  async run({ options, io, print }) {
    const minutes = options.minutes === undefined ? usualMinutes : Number(options.minutes);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > mostMinutes) {
      throw new UsageError(`--minutes is a whole number from 1 to ${mostMinutes}.`);
    }
    const { baseUrl, host, port } = readSettings(io);
    const base = (baseUrl?.href ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`).replace(
      /\/$/,
      '',
    );
    const { user, code, expiresAt } = await withExistingSite(io, async (site) => {
      const found = (await usersByWord(site.db, [options.user])).get(options.user);
      if (found === undefined) throw new CommandFailed(`there is no account '${options.user}'.`);
      if (!found.active) throw new CommandFailed(`the account '${found.name}' is deactivated.`);
      if (await isServiceAccount(site.db, found.id))
        throw new CommandFailed(`'${found.name}' is a service account: it signs in by API token only.`);
      return { user: found, ...(await issueSignInLink(site, found, minutes * 60_000)) };
    });
    const link = signInLink(base, code);
    print({
      text: `Signs ${user.name} <${user.email}> in once, within ${minutes} minutes:\n${link}\n`,
      json: { user: user.name, emailAddress: user.email, link, expires: new Date(expiresAt).toISOString() },
    });
    return exitCodes.ok;
  },
});
