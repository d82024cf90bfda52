import type { Config } from '../config.ts';
import type { Mailbox } from '../lib/mail-address.ts';
import { deliverToFolder } from './folder.ts';
import { smtpDelivery } from './smtp.ts';

/** A message that is ready to go. */
export interface Outgoing {
  readonly from: Mailbox;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly at: number;
  /** The same on every attempt, so that one that arrives twice can be told. */
  readonly messageId: string;
}

export type Delivered =
  | { readonly outcome: 'sent' }
  /** `permanent`: trying again will not help. */
  | { readonly outcome: 'failed'; readonly permanent: boolean; readonly error: string };

/** Never throws. */
export type Deliver = (message: Outgoing) => Promise<Delivered>;

/** SMTP when it is configured; a folder when it is not, and in demonstrations always. */
export function deliveryOf(config: Config): Deliver {
  const { smtpUrl, demo } = config;
  return smtpUrl === undefined || demo ? deliverToFolder(config) : smtpDelivery(smtpUrl);
}

/** Who mail comes from. */
export function senderOf({ mailFrom, baseUrl }: Config): Mailbox {
  if (mailFrom !== undefined) return mailFrom;
  const host = baseUrl?.hostname ?? 'localhost';
  return { name: 'Tessera', address: `tessera@${/^[a-z0-9.-]+$/.test(host) ? host : 'localhost'}` };
}
