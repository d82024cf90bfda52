import type { SMTPTransportOptions } from 'nodemailer/lib/smtp-transport';
import { isLoopback } from '../lib/loopback.ts';
import { compose } from './compose.ts';
import type { Deliver } from './delivery.ts';

/**
 * How to reach a mail server: `smtps://` speaks TLS from the first byte, `smtp://` must be upgraded to it before
 * anything is said (C2). Only on this machine itself may it stay as it is. Certificates are always checked.
 */
export function smtpOptions(url: URL): SMTPTransportOptions {
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const local = !secure && isLoopback(host);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : local ? 25 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !local,
    ignoreTLS: local,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
    dnsTimeout: 20_000,
    socketTimeout: 60_000,
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

export function smtpDelivery(url: URL): Deliver {
  return async (message) => {
    try {
      const { default: nodemailer } = await import('nodemailer');
      await nodemailer.createTransport(smtpOptions(url)).sendMail({
        envelope: { from: message.from.address, to: [message.to] },
        raw: await compose(message),
      });
      return { outcome: 'sent' };
    } catch (error) {
      return { outcome: 'failed', permanent: isPermanent(error), error: describe(error) };
    }
  };
}

/** The server refuses this message or this recipient for good (RFC 5321 §4.2.1), not us or our password. */
function isPermanent(error: unknown): boolean {
  const { code, responseCode, command } = error as { code?: string; responseCode?: number; command?: string };
  if (code === 'EAUTH' || responseCode === undefined || responseCode < 550) return false;
  return command === 'RCPT TO' || command === 'DATA';
}

/** One line, without anything of what we sent. */
function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return `${code ?? 'error'}: ${message ?? ''}`.replaceAll(/\s+/g, ' ').slice(0, 300);
}
