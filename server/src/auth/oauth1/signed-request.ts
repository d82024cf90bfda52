import type { Presented } from '../../http/server.ts';
import { baseString } from './base-string.ts';
import { type Parameter, parseAuthorization, parseForm, UnreadableParameters } from './parameters.ts';
import { problem } from './problem.ts';
import { isSignatureMethod, type SignatureMethod } from './signature.ts';

/** A request that bears a signature, read and not yet believed. */
export interface SignedRequest {
  readonly consumerKey: string;
  /** Empty: the application speaks for itself (two-legged); undefined: it names no token at all. */
  readonly token: string | undefined;
  readonly method: SignatureMethod;
  readonly signature: string;
  readonly timestamp: number;
  readonly nonce: string;
  readonly baseString: string;
  /** Those that begin with `oauth_`, each once. */
  readonly protocol: ReadonlyMap<string, string>;
  readonly query: readonly Parameter[];
}

/** No protocol parameter is longer; a signature by the largest key has 1,368 characters. */
const longest = 2048;

/** Whether `Authorization` is there for OAuth 1.0a. */
export const isOauth = (authorization: string | undefined): boolean =>
  authorization !== undefined && /^oauth( |$)/i.test(authorization);

/** Reads the parameters from where they may be (RFC 5849 §3.5): header, query and, of these endpoints alone, a form. */
export function readSigned(
  { method, target, base, authorization }: Presented,
  form: string | undefined,
): SignedRequest {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const header = isOauth(authorization) ? authorization!.slice('oauth'.length) : '';
  const { query, all } = readable(() => {
    const inQuery = mark === -1 ? [] : parseForm(target.slice(mark + 1));
    const inForm = form === undefined ? [] : parseForm(form);
    return { query: inQuery, all: [...parseAuthorization(header.trimStart()), ...inQuery, ...inForm] };
  });
  const protocol = protocolOf(all);
  const given = needed(protocol);
  const { oauth_signature_method: signatureMethod, oauth_timestamp: timestamp } = given;
  if (!/^[0-9]{1,12}$/.test(timestamp)) throw rejected('oauth_timestamp');
  const url = new URL(base).origin + path;
  return {
    consumerKey: given.oauth_consumer_key,
    token: protocol.get('oauth_token'),
    method: signatureMethod as SignatureMethod,
    signature: given.oauth_signature,
    timestamp: Number(timestamp),
    nonce: given.oauth_nonce,
    baseString: baseString({ method, url, parameters: all }),
    protocol,
    query,
  };
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableParameters)) throw error;
    throw problem('parameter_rejected', { step: 'oauth-malformed', facts: { problem: error.message } });
  }
}

/** Each at most once in the whole request (§3.1, §3.2): of two, one reader would take the first and another the last. */
function protocolOf(all: readonly Parameter[]): Map<string, string> {
  const protocol = new Map<string, string>();
  for (const [name, value] of all) {
    if (!name.startsWith('oauth_')) continue;
    if (protocol.has(name)) throw rejected(name);
    if (value.length > longest || name.length > 100) throw rejected(name);
    // No parameter has a meaning for them, and PostgreSQL takes no NUL.
    if (/\p{Cc}/u.test(value)) throw rejected(name);
    protocol.set(name, value);
  }
  return protocol;
}

const alwaysNeeded = [
  'oauth_consumer_key',
  'oauth_signature_method',
  'oauth_signature',
  'oauth_timestamp',
  'oauth_nonce',
] as const;

function needed(protocol: ReadonlyMap<string, string>): Record<(typeof alwaysNeeded)[number], string> {
  const version = protocol.get('oauth_version');
  if (version !== undefined && version !== '1.0') {
    throw problem('version_rejected', 'oauth-version', { oauth_acceptable_versions: '1.0-1.0' });
  }
  // PLAINTEXT has neither timestamp nor nonce: what is wrong with it is the method.
  const method = protocol.get('oauth_signature_method') ?? '';
  if (method !== '' && !isSignatureMethod(method)) {
    throw problem('signature_method_rejected', 'oauth-signature-method');
  }
  const absent = alwaysNeeded.filter((name) => (protocol.get(name) ?? '') === '');
  if (absent.length > 0) throw missing(...absent);
  return Object.fromEntries(alwaysNeeded.map((name) => [name, protocol.get(name)!])) as ReturnType<
    typeof needed
  >;
}

export const missing = (...names: string[]) =>
  problem('parameter_absent', 'oauth-malformed', { oauth_parameters_absent: names.join('&') });

/** Names of parameters that are not ours are the request's own words: those are not repeated. */
export const rejected = (name: string, step = 'oauth-malformed') =>
  problem('parameter_rejected', step, {
    ...(known.has(name) ? { oauth_parameters_rejected: name } : {}),
  });

const known: ReadonlySet<string> = new Set([
  ...alwaysNeeded,
  'oauth_version',
  'oauth_token',
  'oauth_callback',
  'oauth_verifier',
  'oauth_session_handle',
  'oauth_body_hash',
]);
