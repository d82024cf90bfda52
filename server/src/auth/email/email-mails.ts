import type { Source } from '../../identity.ts';
import type { Mail } from '../../mail/outbox.ts';
import { doneFrom, letter } from '../passwords/password-mails.ts';

interface Addressee {
  readonly email: string;
  readonly name: string;
}

interface OfSite {
  readonly siteTitle: string;
}

export function verificationMail(
  to: Addressee,
  site: OfSite,
  { link, same, source, until }: { link: string; same: boolean; source: Source; until: number },
): Mail {
  const what = same
    ? `To show that you read mail to this address, open this link within a day:`
    : `To make this the address of your account ${to.name}, open this link within a day:`;
  return {
    ...letter(to, site, 'Confirm your e-mail address', [
      what,
      link,
      doneFrom(source),
      'If it was not you, do nothing.',
    ]),
    until,
  };
}

export function changeRequestedMail(to: Addressee, site: OfSite, email: string, source: Source): Mail {
  return letter(to, site, 'Your e-mail address may change', [
    `Somebody who knows the password of your account ${to.name} asked to change its address to ${email}. It changes once the link that was sent there is opened.`,
    doneFrom(source),
    'If it was not you, change your password at once: that voids the link.',
  ]);
}

export function changedMail(to: Addressee, site: OfSite, email: string, source: Source): Mail {
  return letter(to, site, 'Your e-mail address was changed', [
    `The address of your account ${to.name} is now ${email}. You can go on signing in with this one until you remove it on the page of your account.`,
    doneFrom(source),
    'If that was not you, tell an administrator at once.',
  ]);
}

/** To the one who has the address: nobody else learns that somebody has it. */
export function addressTakenMail(email: string, { siteTitle }: OfSite, source: Source): Mail {
  return {
    to: email,
    subject: `Your e-mail address was asked for (${siteTitle})`,
    text: `${[
      'Hello,',
      'Somebody wanted to make this the address of another account. It belongs to yours, so nothing has changed.',
      doneFrom(source),
    ].join('\n\n')}\n`,
  };
}
