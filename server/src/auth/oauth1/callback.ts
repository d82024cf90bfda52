import type { Link } from './link-store.ts';
import { rejected } from './signed-request.ts';

const longest = 2000;

/** An address that a browser may be sent to: absolute, http or https, and nothing in it that two readers read in two ways. */
export function isCallback(text: string): boolean {
  if (text.length > longest || !/^https?:\/\/[\x21-\x7e]+$/.test(text) || /[\\#<>"]/.test(text)) return false;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && url.username === '' && url.password === '' && url.hostname !== '';
}

/**
 * Where the person is sent once they have decided. One that is set on the link is the only one (compared whole), and the
 * one of `oob` too: "established via other means" (RFC 5849 §2.1). null: the application asks for the verifier.
 */
export function callbackFor({ callback }: Pick<Link, 'callback'>, wanted: string | undefined): string | null {
  if (wanted === undefined || wanted === '' || wanted === 'oob') return callback;
  if (!isCallback(wanted) || (callback !== null && wanted !== callback))
    throw rejected('oauth_callback', 'oauth-callback');
  return wanted;
}

/** The callback with what the application is told there. */
export function callbackWith(callback: string, told: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(told).toString();
  const joint = callback.includes('?') ? (/[?&]$/.test(callback) ? '' : '&') : '?';
  return callback + joint + query;
}
