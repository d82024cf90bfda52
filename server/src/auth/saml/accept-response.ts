import type { Source } from '../../identity.ts';
import type { Site } from '../../site.ts';
import type { CookieSite } from '../sessions/session-cookies.ts';
import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import type { Flow } from '../single-sign-on/flow-store.ts';
import { answer, type FlowAnswer, makeState, openFlow, startFlow } from '../single-sign-on/flows.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { recordStrayMessage } from '../single-sign-on/stray-messages.ts';
import { insertUsedMessage } from '../single-sign-on/used-message-store.ts';
import { checkAssertion } from './assertion.ts';
import { personOf } from './person-of.ts';
import { messageBounds } from './plain-xml.ts';
import { readResponse } from './response.ts';
import { listSamlKeys } from './saml-key-store.ts';
import { privateKeyOf } from './saml-keys.ts';
import { invalid } from './saml-refused.ts';
import { samlSettingsOf, trustedCertificates } from './saml-settings.ts';
import { serviceProviderOf } from './service-provider.ts';

export interface Posted {
  /** Base64 of the response. */
  readonly response: string;
  readonly relayState: string | undefined;
}

export interface PostedVisit extends CookieSite {
  readonly source: Source;
  /** Base URL of this site. */
  readonly base: string;
}

/** Where the browser goes on, under the base URL, and the cookies that it takes along. */
interface Onward {
  readonly location: string;
  readonly cookies: readonly string[];
}

/**
 * A response that a browser brings from the provider. It is posted from there, so the browser shows no cookie of ours:
 * whatever it says is kept for `/sso/finish`, where the cookie shows that the sign-in began in the same browser.
 */
export async function acceptResponse(
  site: Site,
  provider: Provider,
  posted: Posted,
  visit: PostedVisit,
): Promise<Onward> {
  const flow = await openFlow(site, provider.id, posted.relayState ?? '');
  if (flow !== undefined) {
    const { requestId } = flow.data;
    return taken(
      site,
      provider,
      flow,
      await understood(site, provider, posted, visit, String(requestId)),
      visit,
    );
  }
  if (samlSettingsOf(provider).allowUnsolicited !== true || !provider.enabled) {
    return stray(site, provider, visit, notAsked);
  }
  const found = await understood(site, provider, posted, visit, null);
  if (found instanceof AnswerRefused) return stray(site, provider, visit, found);
  const begun = await openUnasked(site, provider, posted, visit);
  const { location } = await taken(site, provider, begun.flow, found, visit);
  return { location, cookies: [begun.cookie] };
}

const notAsked = new AnswerRefused(
  'saml-not-asked',
  'No sign-in waits for this response: it was used, it is too late, or none was asked for.',
);

/** A sign-in that began at the provider; it ends in whichever browser brings it, which is what an administrator allowed. */
async function openUnasked(
  site: Site,
  provider: Provider,
  { relayState }: Posted,
  visit: PostedVisit,
): Promise<{ flow: Flow; cookie: string }> {
  const state = makeState();
  const cookie = await startFlow(
    site,
    // Held to a path of this site where it is used (S8).
    { provider, purpose: 'sign-in', userId: null, returnTo: relayState ?? null, data: {}, state },
    visit,
  );
  return { flow: (await openFlow(site, provider.id, state))!, cookie };
}

async function taken(
  site: Site,
  provider: Provider,
  flow: Flow,
  found: Understood | AnswerRefused,
  visit: PostedVisit,
): Promise<Onward> {
  const ticket =
    found instanceof AnswerRefused
      ? await answer(site, flow, { is: 'refused', step: found.step, detail: found.message }, visit.source)
      : await answer(site, flow, found.given, visit.source, found.use);
  if (ticket === undefined) return stray(site, provider, visit, used);
  return { location: `${visit.base}/sso/finish?ticket=${ticket}`, cookies: [] };
}

const used = new AnswerRefused('saml-answer-used', 'The response, or the assertion in it, was used before.');

interface Understood {
  readonly given: FlowAnswer;
  readonly use: (trx: Site['db']) => Promise<boolean>;
}

async function understood(
  site: Site,
  provider: Provider,
  { response }: Posted,
  { base }: PostedVisit,
  requestId: string | null,
): Promise<Understood | AnswerRefused> {
  const settings = samlSettingsOf(provider);
  const { entityId, acsUrl } = serviceProviderOf(base, provider.id);
  const now = site.clock.now();
  try {
    const signed = await readResponse(bytesOf(response), {
      certificates: trustedCertificates(settings),
      privateKeys: async () =>
        Promise.all((await listSamlKeys(site.db, provider.id)).map((key) => privateKeyOf(site, key))),
    });
    const checked = checkAssertion(signed, {
      issuer: settings.entityId,
      audience: entityId,
      acsUrl,
      requestId,
      now,
    });
    const given = personOf(signed.assertion, checked, provider.accountRules, {
      identityProvider: settings.entityId,
      serviceProvider: entityId,
    });
    const { assertionId: id, expiresAt } = checked;
    return { given, use: (trx) => insertUsedMessage(trx, { providerId: provider.id, id, expiresAt }, now) };
  } catch (error) {
    if (!(error instanceof AnswerRefused)) throw error;
    return error;
  }
}

function bytesOf(base64: string): Buffer {
  // Four thirds, and line breaks.
  if (base64.length > messageBounds.maxBytes * 1.5)
    throw invalid(`The response has more than ${messageBounds.maxBytes} bytes.`);
  const text = base64.replace(/\s+/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw invalid('The response is not base64.');
  return Buffer.from(text, 'base64');
}

/** Without a visit that it belongs to, there is nobody to tell more than the step. */
async function stray(
  site: Site,
  provider: Provider,
  { source, base }: PostedVisit,
  why: AnswerRefused,
): Promise<Onward> {
  await recordStrayMessage(site, provider, 'sign-in.failed', why, source);
  const query = new URLSearchParams({ problem: why.step, request: source.requestId });
  return { location: `${base}/sign-in?${query}`, cookies: [] };
}
