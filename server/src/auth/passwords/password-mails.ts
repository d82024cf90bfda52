import type { Source } from '../../identity.ts';
import { oneLine } from '../../lib/one-line.ts';
import type { Mail } from '../../mail/outbox.ts';

interface Addressee {
  readonly email: string;
  readonly name: string;
}

interface OfSite {
  readonly siteTitle: string;
}

/**
 * Paragraphs as plain text. What strangers could choose (the name of their browser, the name they go by) stands in none,
 * or the site would send their words to whomever they like.
 */
export function letter(to: Addressee, { siteTitle }: OfSite, subject: string, paragraphs: string[]): Mail {
  return {
    to: to.email,
    subject: `${subject} (${siteTitle})`,
    text: `${['Hello,', ...paragraphs].join('\n\n')}\n`,
  };
}

/** From where something was done, as far as we know. */
export function doneFrom({ address }: Source): string {
  if (address === '') return 'It was done on the machine of the server.';
  return `The request came from ${oneLine(address)}.`;
}

export const moment = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export function passwordChangedMail(
  to: Addressee,
  site: OfSite,
  { by, at, source }: { by: 'you' | 'an administrator' | 'a link'; at: number; source: Source },
): Mail {
  const what = {
    you: `The password of your account ${to.name} was changed on ${moment(at)}.`,
    'an administrator': `An administrator set a new password for your account ${to.name} on ${moment(at)}.`,
    'a link': `A new password was set for your account ${to.name} on ${moment(at)}, with the link that was mailed to this address.`,
  }[by];
  return letter(to, site, 'Your password was changed', [
    what,
    doneFrom(source),
    'All other sessions have ended. API tokens go on working.',
    'If that was not you, tell an administrator at once.',
  ]);
}

export function resetMail(to: Addressee, site: OfSite, link: string, source: Source, until: number): Mail {
  return {
    ...letter(to, site, 'Set a new password', [
      `Somebody asked for a new password for your account ${to.name}. To choose one, open this link within an hour:`,
      link,
      doneFrom(source),
      'The link works once. If it was not you, do nothing: your password stays as it is.',
    ]),
    until,
  };
}

export function inviteMail(to: Addressee, site: OfSite, link: string, by: string, until: number): Mail {
  return {
    ...letter(to, site, 'You have an account', [
      `${oneLine(by)} made an account for you: your user name is ${to.name}. To choose a password, open this link within seven days:`,
      link,
      'The link works once.',
    ]),
    until,
  };
}
