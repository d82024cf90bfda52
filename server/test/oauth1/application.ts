import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { OAuth } from 'oauth';
import { webSession } from '../audit/trail.ts';
import { ask, type Reply } from '../support/client.ts';
import type { RunningServer } from '../support/server.ts';

/** Base strings of the npm package `oauth`, which shares no line with ours. */
const signer = new OAuth('', '', '', '', '1.0A', null, 'HMAC-SHA1') as unknown as {
  _normaliseRequestParams(of: Record<string, string | string[]>): string;
  _createSignatureBase(method: string, url: string, parameters: string): string;
};

/** Made once: keys take a second each. */
export const keyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const otherKeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const publicPem = keyPair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
export const privatePem = keyPair.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;

const hashes = new Map([
  ['RSA-SHA1', 'sha1'],
  ['RSA-SHA256', 'sha256'],
  ['RSA-SHA512', 'sha512'],
]);

export interface Signing {
  readonly consumerKey?: string;
  readonly key?: typeof keyPair;
  readonly method?: string;
  /** More of `oauth_…`, or others in place of the usual ones; null: left out. */
  readonly oauth?: Readonly<Record<string, string | null>>;
  readonly form?: string;
  /** Base URL that is signed, where it is not the one that is asked. */
  readonly signedUrl?: string;
}

/** Parameters, with their signature, of a request to `url`. */
export function signedParameters(
  { clock }: Pick<RunningServer, 'clock'>,
  httpMethod: string,
  url: string,
  {
    consumerKey = 'app',
    key = keyPair,
    method = 'RSA-SHA1',
    oauth = {},
    form = '',
    signedUrl = url,
  }: Signing,
): [string, string][] {
  const usual: Record<string, string | null> = {
    oauth_consumer_key: consumerKey,
    oauth_signature_method: method,
    oauth_timestamp: String(Math.floor(clock.now() / 1000)),
    oauth_nonce: randomBytes(12).toString('hex'),
    oauth_version: '1.0',
    ...oauth,
  };
  const protocol = Object.entries(usual).filter((pair): pair is [string, string] => pair[1] !== null);
  const all: Record<string, string[]> = {};
  for (const [name, value] of [...protocol, ...new URL(url).searchParams, ...new URLSearchParams(form)]) {
    all[name] = [...(all[name] ?? []), value];
  }
  const text = signer._createSignatureBase(httpMethod, signedUrl, signer._normaliseRequestParams(all));
  const signature = createSign(hashes.get(method) ?? 'sha1')
    .update(text)
    .sign(key.privateKey, 'base64');
  return [...protocol, ['oauth_signature', signature]];
}

const encode = (one: string) => encodeURIComponent(one).replaceAll('*', '%2A');
export const header = (parameters: readonly (readonly [string, string])[]): Record<string, string> => ({
  Authorization: `OAuth ${parameters.map(([name, value]) => `${encode(name)}="${encode(value)}"`).join(', ')}`,
});

/** A signed request to a path, its parameters in the header. */
export function askSigned(
  server: RunningServer,
  httpMethod: string,
  path: string,
  signing: Signing = {},
  body?: unknown,
): Promise<Reply> {
  const url = server.url + path;
  const headers = header(signedParameters(server, httpMethod, url, signing));
  return ask(httpMethod, url, { headers, body });
}

export const fieldsOf = (reply: Pick<Reply, 'text'>): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(reply.text));
export const problemOf = (reply: Reply): (string | number | undefined)[] => [
  reply.status,
  fieldsOf(reply).oauth_problem,
];

const links = '/rest/tessera/1/application-links';

/** An administrator lets the application in. */
export async function addLink(
  server: RunningServer,
  values: Readonly<Record<string, unknown>> = {},
  publicKey = publicPem,
): Promise<any> {
  const headers = await administrator(server);
  const body = { name: 'Build robot', consumerKey: 'app', publicKey, ...values };
  const reply = await ask('POST', server.url + links, { headers, body });
  if (reply.status !== 201) throw new Error(`making a link: ${reply.status} ${reply.text}`);
  return reply.body;
}

export async function changeLink(server: RunningServer, id: string, values: object): Promise<Reply> {
  return ask('PUT', `${server.url}${links}/${id}`, { headers: await administrator(server), body: values });
}

export async function removeLink(server: RunningServer, id: string): Promise<Reply> {
  return ask('DELETE', `${server.url}${links}/${id}`, { headers: await administrator(server) });
}

/** Signed in on the page, with the password shown a moment ago. */
export const administrator = (server: RunningServer): Promise<Record<string, string>> =>
  pageOf(server, 'admin');

/** The headers of a page of ours; `name` has signed in there by a password that is their name. */
async function pageOf(server: RunningServer, name: string): Promise<Record<string, string>> {
  const { baseUrl } = server.app.site.config;
  const headers = await webSession(server, name, name);
  return baseUrl === undefined ? headers : { ...headers, Origin: baseUrl.origin };
}

export const endpoint = (name: string): string => `/plugins/servlet/oauth/${name}`;

export async function requestToken(
  server: RunningServer,
  signing: Signing = {},
  callback: string | null = 'oob',
): Promise<Record<string, string>> {
  const oauth = { oauth_callback: callback, ...signing.oauth };
  const reply = await askSigned(server, 'POST', endpoint('request-token'), { ...signing, oauth });
  if (reply.status !== 200) throw new Error(`request token: ${reply.status} ${reply.text}`);
  return fieldsOf(reply);
}

const authorization = '/rest/tessera/1/oauth1/authorization';

/** What somebody says on the page; `name` has signed in there by a password that is their name. */
export async function decide(
  server: RunningServer,
  name: string,
  token: string,
  { approve = true, accountId }: { approve?: boolean; accountId?: string } = {},
): Promise<Reply> {
  const headers = await pageOf(server, name);
  const me = await ask('GET', `${server.url}/rest/api/2/myself`, { headers });
  const body = { token, approve, accountId: accountId ?? me.body.accountId };
  return ask('POST', server.url + authorization, { headers, body });
}

/** The whole dance. */
export async function accessToken(
  server: RunningServer,
  name: string,
  signing: Signing = {},
): Promise<Record<string, string>> {
  const { oauth_token: token = '' } = await requestToken(server, signing);
  const { verifier } = (await decide(server, name, token)).body;
  const reply = await exchange(server, token, verifier, signing);
  if (reply.status !== 200) throw new Error(`access token: ${reply.status} ${reply.text}`);
  return fieldsOf(reply);
}

export const exchange = (
  server: RunningServer,
  token: string,
  verifier: string | null,
  signing: Signing = {},
): Promise<Reply> =>
  askSigned(server, 'POST', endpoint('access-token'), {
    ...signing,
    oauth: { oauth_token: token, oauth_verifier: verifier, ...signing.oauth },
  });
