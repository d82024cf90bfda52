import type { Source } from '../../identity.ts';
import type { Site } from '../../site.ts';
import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import type { Flow } from '../single-sign-on/flow-store.ts';
import { answer, type FlowAnswer, openFlow } from '../single-sign-on/flows.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { recordStrayMessage } from '../single-sign-on/stray-messages.ts';
import { configurationOf, problemOf, signatureAlgorithms } from './configuration.ts';
import { oidcSettingsOf, sealedHint } from './oidc.ts';
import { oidcClientOf } from './oidc-client.ts';
import { attributesOf, type Claims, personOfClaims } from './person-of-claims.ts';

export interface CallbackVisit {
  readonly source: Source;
  /** Base URL of this site. */
  readonly base: string;
}

/** The browser is back with a code or an error; where it goes on. */
export async function takeAnswer(
  site: Site,
  provider: Provider,
  queryText: string,
  visit: CallbackVisit,
): Promise<string> {
  const query = new URLSearchParams(queryText);
  const [state = '', ...more] = query.getAll('state');
  const flow = more.length === 0 ? await openFlow(site, provider.id, state) : undefined;
  if (flow === undefined) return stray(site, provider, notAsked, visit);
  let given: FlowAnswer;
  try {
    given = await understood(site, provider, flow, { state, queryText, query }, visit);
  } catch (error) {
    if (!(error instanceof AnswerRefused)) throw error;
    given = { is: 'refused', step: error.step, detail: error.message };
  }
  const ticket = await answer(site, flow, given, visit.source);
  if (ticket === undefined) return stray(site, provider, notAsked, visit);
  return `${visit.base}/sso/finish?ticket=${ticket}`;
}

const notAsked = new AnswerRefused(
  'oidc-not-asked',
  'No sign-in waits for this answer: it was used, it is too late, or none was asked for.',
);

const invalid = (detail: string): AnswerRefused => new AnswerRefused('oidc-answer-invalid', detail);

interface Answered {
  readonly state: string;
  readonly queryText: string;
  readonly query: URLSearchParams;
}

async function understood(
  site: Site,
  provider: Provider,
  { data }: Flow,
  { state, queryText, query }: Answered,
  { base }: CallbackVisit,
): Promise<FlowAnswer> {
  const error = query.get('error');
  if (error !== null) {
    const words = [error, query.get('error_description')].filter((one) => one !== null).join(': ');
    throw new AnswerRefused('oidc-provider-refused', words.slice(0, 500));
  }
  const { claims, idToken } = await exchanged(site, provider, {
    url: new URL(`${oidcClientOf(base, provider.id).redirectUri}?${queryText}`),
    state,
    nonce: String(data.nonce),
    verifier: String(data.verifier),
  });
  const { auth_time: authTime, sid } = claims;
  const hint = await sealedHint(site, provider, idToken);
  return {
    is: 'person',
    person: personOfClaims(claims, provider.accountRules),
    session: {
      providerSession: typeof sid === 'string' && sid.length <= 1024 ? sid : null,
      detail: hint === undefined ? {} : { hint },
    },
    attributes: attributesOf(claims),
    authenticatedAt: typeof authTime === 'number' ? authTime * 1000 : null,
  };
}

interface Exchange {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The claims that the code is worth. Throws AnswerRefused with the library's words for whatever does not fit. */
async function exchanged(
  site: Site,
  provider: Provider,
  { url, state, nonce, verifier }: Exchange,
): Promise<{ claims: Claims; idToken: string }> {
  const client = await import('openid-client');
  const configuration = await configurationOf(site, provider);
  try {
    const tokens = await client.authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const idToken = tokens.id_token ?? '';
    const said = tokens.claims();
    if (said === undefined) throw invalid('The provider sent no ID token.');
    refuseOtherTokens(idToken);
    const { clientId } = oidcSettingsOf(provider);
    if (said.azp !== undefined && said.azp !== clientId)
      throw invalid(`The ID token was made for ${said.azp} (azp).`);
    if (said.sub === '' || said.sub.length > 255)
      throw invalid('The lasting name (sub) has 1 to 255 characters.');
    const { userinfo_endpoint: endpoint } = configuration.serverMetadata();
    const more =
      endpoint === undefined ? {} : await client.fetchUserInfo(configuration, tokens.access_token, said.sub);
    return { claims: { ...more, ...said }, idToken };
  } catch (error) {
    if (error instanceof AnswerRefused) throw error;
    throw invalid(problemOf(error));
  }
}

/** A token that was made for something else is no ID token, whoever signed it (RFC 8725 §3.11). */
function refuseOtherTokens(idToken: string): void {
  const header = JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString('utf8'));
  if (header.typ !== undefined && String(header.typ).toUpperCase() !== 'JWT')
    throw invalid(`The ID token is of another type: ${header.typ} (typ).`);
  if (!signatureAlgorithms.includes(header.alg)) throw invalid(`The ID token is signed by ${header.alg}.`);
}

async function stray(
  site: Site,
  provider: Provider,
  why: AnswerRefused,
  { source, base }: CallbackVisit,
): Promise<string> {
  await recordStrayMessage(site, provider, 'sign-in.failed', why, source);
  return `${base}/sign-in?${new URLSearchParams({ problem: why.step, request: source.requestId })}`;
}
