import type { Db } from '../../db/tables.ts';
import type { ActorUser, Source } from '../../identity.ts';
import { queueMail } from '../../mail/outbox.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { doneFrom, letter } from '../passwords/password-mails.ts';

export type FactorNews =
  | 'authenticator-added'
  | 'authenticator-removed'
  | 'passkey-added'
  | 'passkey-removed'
  | 'codes-renewed'
  | 'code-used'
  | 'reset'
  | 'passkey-cloned';

const news: Readonly<Record<FactorNews, { readonly subject: string; readonly what: string }>> = {
  'authenticator-added': {
    subject: 'An authenticator app was added',
    what: 'From now on, signing in to your account {name} on the web asks for a code from an authenticator app as well.',
  },
  'authenticator-removed': {
    subject: 'The authenticator app was removed',
    what: 'Signing in to your account {name} asks for no code from an authenticator app any more.',
  },
  'passkey-added': {
    subject: 'A passkey was added',
    what: 'A new passkey can sign in to your account {name}.',
  },
  'passkey-removed': {
    subject: 'A passkey was removed',
    what: 'A passkey of your account {name} was removed and signs in no more.',
  },
  'codes-renewed': {
    subject: 'New recovery codes were made',
    what: 'New recovery codes were made for your account {name}; the old ones are void.',
  },
  'code-used': {
    subject: 'A recovery code was used',
    what: 'Somebody signed in to your account {name} with a recovery code in place of the second step.',
  },
  reset: {
    subject: 'Your second factors were removed',
    what: 'An administrator removed the second factors of your account {name}, and all its sessions ended.',
  },
  'passkey-cloned': {
    subject: 'A passkey may have been copied',
    what: 'A passkey of your account {name} was refused because its counter went back: somebody may have a copy of it. Remove that passkey if you cannot explain it.',
  },
};

/** Tells the owner of the account, in the transaction of what it tells of (M7). */
export async function mailFactorNews(
  trx: Db,
  site: Site,
  user: Pick<ActorUser, 'name' | 'email'>,
  revision: number,
  { is, source }: { readonly is: FactorNews; readonly source: Source },
): Promise<void> {
  const settings = await settingsAt(trx, revision);
  const { subject, what } = news[is];
  await queueMail(
    trx,
    site.clock,
    letter(user, settings, subject, [
      what.replace('{name}', user.name),
      doneFrom(source),
      'If that was not you, change your password and tell an administrator at once. API tokens go on working until they are revoked.',
    ]),
  );
}
