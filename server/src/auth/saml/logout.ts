import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import type { Site } from '../../site.ts';
import { deleteSsoSessions } from '../sessions/sso-session-store.ts';
import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import { findIdentity } from '../single-sign-on/identity-store.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { recordStrayMessage } from '../single-sign-on/stray-messages.ts';
import { insertUsedMessage } from '../single-sign-on/used-message-store.ts';
import { checkIssuer, refuseFuture, refusePast, timeOf } from './assertion.ts';
import { logoutResponse, makeMessageId } from './messages.ts';
import { nameIdOf } from './person-of.ts';
import { messageBounds, plainXml } from './plain-xml.ts';
import { receivedByRedirect, type SentMessage } from './redirect-binding.ts';
import { sentTo } from './saml.ts';
import { ns, status } from './saml-names.ts';
import { invalid } from './saml-refused.ts';
import { samlSettingsOf, trustedCertificates } from './saml-settings.ts';
import { serviceProviderOf } from './service-provider.ts';
import { signedContent } from './signature.ts';
import {
  attribute,
  children,
  isNamed,
  only,
  parseXml,
  requiredAttribute,
  textOf,
  type XmlElement,
} from './xml-dom.ts';

export interface LogoutVisit {
  readonly source: Source;
  /** Base URL of this site. */
  readonly base: string;
}

/** A request is as old as this at most; its id is remembered for longer. */
const maxAgeMs = 5 * 60_000;

/** A message of the single logout profile by the HTTP-Redirect binding: where the browser goes on. */
export function logoutByRedirect(
  site: Site,
  provider: Provider,
  queryText: string,
  visit: LogoutVisit,
): Promise<string> {
  const name = /(^|&)SAMLRequest=/.test(queryText) ? 'SAMLRequest' : 'SAMLResponse';
  return handled(site, provider, name, visit, async () => {
    const certificates = trustedCertificates(samlSettingsOf(provider));
    const { bytes, relayState } = await receivedByRedirect(queryText, certificates);
    return { root: await parsed(bytes), relayState };
  });
}

export interface PostedLogout {
  readonly name: SentMessage['name'];
  /** Base64. */
  readonly message: string;
  readonly relayState: string | undefined;
}

/** The same by the HTTP-POST binding, where the signature is in the message. */
export function logoutByPost(
  site: Site,
  provider: Provider,
  { name, message, relayState }: PostedLogout,
  visit: LogoutVisit,
): Promise<string> {
  return handled(site, provider, name, visit, async () => {
    const bytes = Buffer.from(message, 'base64');
    const text = plainXml(bytes, messageBounds);
    const certificates = trustedCertificates(samlSettingsOf(provider));
    const root = await signedContent(text, await parseXml(text), certificates);
    if (root === undefined) throw invalid('The message is not signed.');
    return { root, relayState };
  });
}

const parsed = (bytes: Buffer): Promise<XmlElement> => parseXml(plainXml(bytes, messageBounds));

interface Authentic {
  readonly root: XmlElement;
  readonly relayState: string | undefined;
}

async function handled(
  site: Site,
  provider: Provider,
  name: SentMessage['name'],
  visit: LogoutVisit,
  read: () => Promise<Authentic>,
): Promise<string> {
  try {
    const { root, relayState } = await read();
    return name === 'SAMLRequest'
      ? await endSessions(site, provider, root, relayState, visit)
      : ended(provider, root, visit);
  } catch (error) {
    if (!(error instanceof AnswerRefused)) throw error;
    // An answer ends nothing, so whoever does not sign theirs (some do not) changes nothing by it.
    if (name === 'SAMLResponse') return `${visit.base}/sign-in`;
    await recordStrayMessage(site, provider, 'session.ended', error, visit.source);
    return page(visit, 'saml-sign-out-refused');
  }
}

/** Its answer to our request: the session here has ended already, so it only says whether all others did. */
function ended(provider: Provider, root: XmlElement, visit: LogoutVisit): string {
  checkEnvelope(provider, root, 'LogoutResponse', visit);
  const code = only(only(root, ns.protocol, 'Status'), ns.protocol, 'StatusCode');
  const partial =
    attribute(code, 'Value') !== status.success || children(code, ns.protocol, 'StatusCode').length > 0;
  return partial ? page(visit, 'saml-sign-out-partial') : `${visit.base}/sign-in`;
}

/** The provider's wish to end its person's sessions, granted and answered. */
async function endSessions(
  site: Site,
  provider: Provider,
  root: XmlElement,
  relayState: string | undefined,
  visit: LogoutVisit,
): Promise<string> {
  checkEnvelope(provider, root, 'LogoutRequest', visit);
  const now = site.clock.now();
  const issuedAt = timeOf(root, 'IssueInstant');
  refuseFuture(issuedAt, 'The logout request', { now });
  refusePast(issuedAt + maxAgeMs, 'The logout request', { now });
  if (attribute(root, 'NotOnOrAfter') !== undefined) {
    refusePast(timeOf(root, 'NotOnOrAfter'), 'The logout request', { now });
  }
  const settings = samlSettingsOf(provider);
  const { entityId } = serviceProviderOf(visit.base, provider.id);
  const { value: subject } = nameIdOf(root, {
    identityProvider: settings.entityId,
    serviceProvider: entityId,
  });
  const indexes = children(root, ns.protocol, 'SessionIndex').map((one) => textOf(one).trim());
  const id = requiredAttribute(root, 'ID');
  await inTransaction(site.db, async (trx) => {
    const message = { providerId: provider.id, id, expiresAt: issuedAt + maxAgeMs };
    if (!(await insertUsedMessage(trx, message, now))) {
      throw new AnswerRefused('saml-answer-used', 'The logout request was used before.');
    }
    let count = 0;
    for (const providerSession of indexes.length === 0 ? [null] : indexes) {
      count += (await deleteSsoSessions(trx, { providerId: provider.id, subject, providerSession })).length;
    }
    const userId = (await findIdentity(trx, provider.id, subject))?.userId;
    await audit(trx, site.clock, {
      event: 'session.ended',
      outcome: 'ok',
      source: visit.source,
      via: 'sso',
      ...(userId === undefined ? {} : { subjectType: 'user', subjectId: userId }),
      detail: { provider: provider.name, subject, count },
    });
  });
  const to = settings.sloResponseUrl ?? settings.sloUrl;
  if (to === undefined) return `${visit.base}/sign-in`;
  const envelope = { id: makeMessageId(), issuer: entityId, destination: to, at: now };
  const xml = logoutResponse(envelope, { inResponseTo: id });
  return sentTo(site, provider, to, { name: 'SAMLResponse', xml, relayState });
}

function checkEnvelope(provider: Provider, root: XmlElement, name: string, { base }: LogoutVisit): void {
  if (!isNamed(root, ns.protocol, name))
    throw invalid(`A SAML 2.0 ${name} is expected; this is ${root.nodeName}.`);
  if (requiredAttribute(root, 'Version') !== '2.0') throw invalid(`The ${name} is not of version 2.0.`);
  const destination = requiredAttribute(root, 'Destination');
  const { sloUrl } = serviceProviderOf(base, provider.id);
  if (destination !== sloUrl)
    throw invalid(`The ${name} is for ${destination} (Destination); this is ${sloUrl}.`);
  checkIssuer(root, { issuer: samlSettingsOf(provider).entityId });
}

const page = ({ base, source }: LogoutVisit, problem: string): string =>
  `${base}/sign-in?${new URLSearchParams({ problem, request: source.requestId })}`;
