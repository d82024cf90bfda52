import type { Outgoing } from './delivery.ts';

/** A CR on its own, which mail servers understand in different ways, becomes a line end. */
const lines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

/**
 * The message as it goes over the wire (RFC 5322). Addresses are given in parts, never as text to be parsed, and
 * nothing in a message can name a file or an address to fetch.
 */
export async function compose(message: Outgoing): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const composer = new MailComposer({
    from: { name: message.from.name, address: message.from.address },
    to: [{ name: '', address: message.to }],
    subject: message.subject,
    text: lines(message.text),
    ...(message.html === null ? {} : { html: lines(message.html) }),
    date: new Date(message.at),
    messageId: message.messageId,
    // Nobody answers these, and no out-of-office notice should (RFC 3834 §5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
