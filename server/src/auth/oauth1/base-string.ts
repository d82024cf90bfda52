import { type Parameter, percentEncode } from './parameters.ts';

/** What a signature is over: never the request as such, but what both sides can write down alike. */
export interface Signed {
  readonly method: string;
  /** Address without the query; with the base URL that is configured, not with what `Host` says. */
  readonly url: string;
  /** Of the query, the Authorization header and the form, without `realm`. */
  readonly parameters: readonly Parameter[];
}

/** The signature base string (RFC 5849 §3.4.1). */
export const baseString = ({ method, url, parameters }: Signed): string =>
  [method.toUpperCase(), baseUri(url), normalized(parameters)].map(percentEncode).join('&');

/** §3.4.1.2: scheme and host in lower case, without the scheme's own port; the path stays as it was sent. */
function baseUri(url: string): string {
  const [, start = '', path = ''] = /^([^/]*\/\/[^/?#]*)([^?#]*)/.exec(url) ?? [];
  const { origin } = new URL(start);
  return origin + (path === '' ? '/' : path);
}

/** §3.4.1.3.2: sorted once encoded, by name and then by value, as bytes; what comes twice stays twice. */
const normalized = (parameters: readonly Parameter[]): string =>
  parameters
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]): Parameter => [percentEncode(name), percentEncode(value)])
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
