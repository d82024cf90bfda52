import { addServiceAccount } from '../auth/service-accounts/service-accounts.ts';
import { command, exitCodes } from './command.ts';
import { withExistingSite } from './with-site.ts';

export const serviceAccountAddCommand = command({
  words: ['service-account', 'add'],
  summary: 'Make an account for a program: no password, API tokens and OAuth only',
  details: [
    "A person answers for it, sees to its tokens and is told what happens to them. 'tessera token create' makes its first token.",
  ],
  options: {
    name: { value: 'NAME', required: true, describe: 'User name.' },
    owner: { value: 'NAME|EMAIL', required: true, describe: 'The person who answers for it.' },
    'display-name': { value: 'TEXT', describe: 'Full name, as others see it; the user name if left out.' },
    email: {
      value: 'ADDRESS',
      describe: 'For clients that send an address with the token; NAME@service.invalid if left out.',
    },
  },
  examples: [
    'tessera service-account add --name ci --owner fred --display-name "Build server"',
    'tessera token create --user ci --label Nightly --scopes read:jira-work',
  ],
  async run({ options, io, print }) {
    const input = {
      name: options.name,
      owner: options.owner,
      displayName: options['display-name'],
      email: options.email,
    };
    const { user, owner } = await withExistingSite(io, (site) => addServiceAccount(site, undefined, input));
    print({
      text: `Added service account ${user.name} <${user.email}>; ${owner?.name} answers for it.\n`,
      json: {
        key: user.key,
        accountId: user.accountId,
        name: user.name,
        emailAddress: user.email,
        displayName: user.displayName,
        owner: owner?.name,
      },
    });
    return exitCodes.ok;
  },
});
