import { fold } from '../../lib/fold.ts';
import { type SiteSettings, settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';

/** What a request by password wants. */
export interface PasswordRequest {
  /** Without the context path and the query; undefined: not known, so on no list. */
  readonly path: string | undefined;
  /** Of the account that the request names; null: no account has the name. */
  readonly userName: string | null;
}

/**
 * Whether this site takes a password over Basic from there: always, or, where they are switched off, for the paths and
 * the users on the allow-list (Atlassian, "Creating an allowlist" of Basic authentication).
 */
export async function passwordsAllowed(
  site: Pick<Site, 'db'>,
  revision: number,
  request: PasswordRequest,
): Promise<boolean> {
  return allows(await settingsAt(site.db, revision), request);
}

type Switch = Pick<SiteSettings, 'passwordsOverRest' | 'passwordAllowedPaths' | 'passwordAllowedUsers'>;

export function allows(settings: Switch, { path, userName }: PasswordRequest): boolean {
  if (settings.passwordsOverRest) return true;
  // As the router does.
  const plain = path === '/' ? path : path?.replace(/\/$/, '');
  return (
    (plain !== undefined && settings.passwordAllowedPaths.some((pattern) => matches(pattern, plain))) ||
    (userName !== null &&
      settings.passwordAllowedUsers.some((pattern) => matches(fold(pattern), fold(userName))))
  );
}

/** `*` stands for any text; nothing else is special. Linear in the text for each star. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  const last = rest.pop()!;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}
