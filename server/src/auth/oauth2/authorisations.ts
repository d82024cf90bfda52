import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Conflict, Forbidden, NotFound } from '../../errors.ts';
import { clearCookie, cookieValues, setCookie } from '../../http/cookies.ts';
import type { Call } from '../../http/route.ts';
import type { ActorUser } from '../../identity.ts';
import { sha256 } from '../../lib/sha256.ts';
import { requireSignedIn } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { refuseTokens } from '../passwords/own-password.ts';
import { findSessionStart } from '../sessions/session-store.ts';
import { asked } from './adapter.ts';
import { consumeItem } from './item-store.ts';
import { findLinkByClientId, type Link } from './link-store.ts';
import { knownScopes, words } from './oauth2-scopes.ts';
import { consentPath, type Provider, paths, visitSeconds } from './provider.ts';
import { isThisSite } from './token-endpoint.ts';

/** REST of the consent page; the cookie of a visit is for its own address alone. */
export const authorisationPath = '/rest/tessera/1/authorisations';

/** Says that this browser began the visit: nobody else's link can lead somebody to consent. */
const cookieName = 'tessera.authorisation';

export type Started =
  | { readonly location: string; readonly cookie?: string }
  | { readonly error: string; readonly description: string };

/** Takes an authorisation request; on to the consent page, or back to the application with an error. */
export async function startAuthorisation(
  { ask }: Provider,
  call: Pick<Call, 'queryText' | 'source' | 'wire' | 'secure' | 'contextPath'>,
): Promise<Started> {
  const query = new URLSearchParams(call.queryText);
  const resources = query.getAll('resource').filter((one) => !isThisSite(one, call.wire.base));
  query.delete('resource');
  for (const one of resources) query.append('resource', one);
  const mode = query.get('response_mode') ?? 'query';
  if (mode !== 'query') {
    return { error: 'invalid_request', description: 'The only response_mode here is query.' };
  }
  // Consent is asked for each time, and the person signed in is the one who decides.
  const prompt = words(query.get('prompt'));
  if (!prompt.includes('none')) query.set('prompt', prompt.includes('login') ? 'login consent' : 'consent');
  const answer = await asked.run({ source: call.source, revokes: false, redirectUri: null }, () =>
    ask({ method: 'GET', target: `${paths.authorization}?${query}`, headers: {} }),
  );
  const { location } = answer;
  if (location === undefined) {
    const { error, error_description } = JSON.parse(answer.body) as Record<string, string>;
    return { error: error ?? 'invalid_request', description: error_description ?? 'The request is wrong.' };
  }
  const consent = call.wire.base + consentPath;
  if (!location.startsWith(consent)) return { location };
  const id = location.slice(consent.length);
  return {
    location,
    cookie: `${setCookie(cookieName, id, cookieOf(call, id))}; Max-Age=${visitSeconds}`,
  };
}

const cookieOf = ({ contextPath, secure }: Pick<Call, 'contextPath' | 'secure'>, id: string) => ({
  path: `${contextPath}${authorisationPath}/${id}`,
  secure,
});

export interface AskedConsent {
  readonly link: Link;
  readonly scopes: readonly string[];
  /** Where the answer goes. */
  readonly redirectUri: string;
}

/** What somebody decides, and who saw the page: another may have signed in meanwhile. */
export interface Decision {
  readonly allow: boolean;
  readonly accountId: string;
}

type Decider = Pick<
  Call,
  'actor' | 'identity' | 'source' | 'wire' | 'cookieHeader' | 'contextPath' | 'secure'
>;

/** What the consent page shows. Throws NotFound unless this browser began the visit. */
export async function viewAuthorisation(
  site: Site,
  provider: Provider,
  call: Decider,
  id: string,
): Promise<AskedConsent> {
  return (await visitOf(site, provider, call, id)).consent;
}

/** Decides, and uses the visit up; the result is where the browser goes on. */
export async function decideAuthorisation(
  site: Site,
  provider: Provider,
  call: Decider,
  id: string,
  { allow, accountId }: Decision,
): Promise<{ location: string; cookie: string }> {
  const me = requireDecider(call, accountId);
  const { visit, consent } = await visitOf(site, provider, call, id);
  const signedIn = await signedInAt(site, call.identity);
  if (allow) requireFreshEnough(visit, signedIn);
  // Of several decisions at once, one counts.
  if (!(await consumeItem(site.db, 'Interaction', sha256(id), site.clock.now()))) throw visitOver();
  const { oidc, ask } = provider;
  const location = await asked.run(
    { source: call.source, revokes: false, redirectUri: consent.redirectUri },
    async () => {
      visit.result = allow
        ? {
            login: { accountId: me.accountId, remember: false, ts: signedIn },
            consent: { grantId: await makeGrant(provider, me, consent) },
          }
        : { error: 'access_denied', error_description: 'The person did not allow it.' };
      await visit.save(visit.exp - Math.floor(Date.now() / 1000));
      const answer = await ask({
        method: 'GET',
        target: `${paths.authorization}/${id}`,
        headers: { cookie: `${oidc.cookieName('resume')}=${id}` },
      });
      return answer.location;
    },
  );
  // What the application asked for beside consent (an account that is not signed in here, …) cannot be given.
  if (location === undefined || location.startsWith(call.wire.base + consentPath)) {
    throw new BadRequest('The application asks for something that this site cannot give.');
  }
  await recordDecision(site, call, consent, allow);
  return { location, cookie: clearCookie(cookieName, cookieOf(call, id)) };
}

/** When the session was opened, which ID tokens tell and `max_age` asks for; in seconds of the system's clock, as oidc-provider has it. */
export async function signedInAt({ db, clock }: Site, { credentialId }: Call['identity']): Promise<number> {
  const openedAt = (await findSessionStart(db, credentialId ?? 0)) ?? clock.now();
  return Math.floor((openedAt - clock.now() + Date.now()) / 1000);
}

/**
 * `prompt=login` (and `max_age=0`, which oidc-provider makes the same of) and `max_age`: it takes what it is told of a sign-in as
 * new. Whoever signs in anew can decide then.
 */
function requireFreshEnough(
  { params, iat }: { readonly params: Record<string, unknown>; readonly iat: number },
  signedIn: number,
): void {
  const anew = words(String(params.prompt ?? '')).includes('login');
  const { max_age } = params;
  const oldest = anew ? iat : max_age === undefined ? 0 : Math.floor(Date.now() / 1000) - Number(max_age);
  if (signedIn >= Math.min(oldest, iat)) return;
  throw new BadRequest(
    'The application wants you to sign in again first. Choose "Not you?" and come back here.',
  );
}

/** Only somebody who looks at the page decides: a session, which no token opened. */
export function requireDecider(call: Pick<Call, 'actor' | 'identity'>, accountId?: string): ActorUser {
  const me = requireSignedIn(call.actor);
  refuseTokens(call.identity, 'give an application access');
  if (accountId !== undefined && accountId !== me.accountId) {
    throw new Conflict({
      messages: [`Meanwhile ${me.displayName} signed in here. Look at the page again before you decide.`],
      why: { step: 'oauth-somebody-else', userId: me.id },
    });
  }
  if (call.identity.via === 'session') return me;
  throw new Forbidden({
    messages: ['Only a session of the pages can give an application access.'],
    why: { step: 'token-not-enough' },
  });
}

async function visitOf(site: Site, { oidc }: Provider, call: Decider, id: string) {
  requireDecider(call);
  const own = cookieValues(call.cookieHeader, cookieName).includes(id);
  const visit = own ? await oidc.Interaction.find(id) : undefined;
  const link = visit && (await findLinkByClientId(site.db, visit.params.client_id as string));
  if (visit === undefined || link === undefined) {
    throw visitOver();
  }
  const scopes = askedScopes(visit.params.scope);
  return { visit, consent: { link, scopes, redirectUri: visit.params.redirect_uri as string } };
}

/** Of those in a request the ones that this site knows. */
export function askedScopes(text: unknown): string[] {
  const asked = words(typeof text === 'string' ? text : null);
  return knownScopes.filter((scope) => asked.includes(scope));
}

const visitOver = (): NotFound =>
  new NotFound(
    'This request of an application is over, or was begun in another browser. Begin again from the application.',
  );

/** Remembers what somebody allows; the result is what the protocol calls it. */
export async function makeGrant(
  { oidc }: Provider,
  { accountId }: ActorUser,
  { link, scopes }: Pick<AskedConsent, 'link' | 'scopes'>,
): Promise<string> {
  const grant = new oidc.Grant({ accountId, clientId: link.clientId });
  grant.addOIDCScope(scopes.join(' '));
  return grant.save();
}

export const recordDecision = (
  site: Site,
  call: Pick<Call, 'actor' | 'identity' | 'source'>,
  { link, scopes }: Pick<AskedConsent, 'link' | 'scopes'>,
  allow: boolean,
): Promise<void> =>
  inTransaction(site.db, (trx) =>
    audit(trx, site.clock, {
      event: allow ? 'oauth2-grant.made' : 'oauth2-grant.refused',
      outcome: allow ? 'ok' : 'refused',
      asker: call,
      source: call.source,
      subject: link.name,
      subjectType: 'incoming-link',
      subjectId: link.id,
      detail: { scopes: scopes.join(' ') },
    }),
  );
