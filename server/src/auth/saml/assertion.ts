import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import type { SignedResponse } from './response.ts';
import { bearerConfirmation, nameIdFormat, ns } from './saml-names.ts';
import { invalid } from './saml-refused.ts';
import {
  attribute,
  childElements,
  children,
  only,
  requiredAttribute,
  textOf,
  type XmlElement,
} from './xml-dom.ts';

/** Clocks of the two servers may differ this much. */
export const skewMs = 60_000;

export interface Expected {
  /** The provider's entity id. */
  readonly issuer: string;
  /** Ours. */
  readonly audience: string;
  readonly acsUrl: string;
  /** Id of the request that it answers; null: nothing was asked (unsolicited). */
  readonly requestId: string | null;
  readonly now: number;
}

export interface Checked {
  readonly assertionId: string;
  /** After it, the assertion is refused for its age. */
  readonly expiresAt: number;
  readonly subject: XmlElement;
  readonly statement: XmlElement;
}

/**
 * Everything that says whether an assertion is for us, for this sign-in and for now (SAML 2.0 Profiles §4.1.4.3, and
 * stricter: each of them must be there, X4). Throws AnswerRefused.
 */
export function checkAssertion({ response, assertion }: SignedResponse, expected: Expected): Checked {
  checkResponse(response, expected);
  if (requiredAttribute(assertion, 'Version') !== '2.0')
    throw invalid('The assertion is not of version 2.0.');
  checkIssuer(assertion, expected);
  refuseFuture(timeOf(assertion, 'IssueInstant'), 'The assertion', expected);
  const conditionsEnd = checkConditions(only(assertion, ns.assertion, 'Conditions'), expected);
  const subject = only(assertion, ns.assertion, 'Subject');
  checkConfirmation(subject, expected);
  return {
    assertionId: requiredAttribute(assertion, 'ID'),
    expiresAt: conditionsEnd,
    subject,
    statement: checkStatement(assertion, expected),
  };
}

function checkResponse(response: XmlElement, expected: Expected): void {
  if (requiredAttribute(response, 'Version') !== '2.0') throw invalid('The response is not of version 2.0.');
  const destination = requiredAttribute(response, 'Destination');
  if (destination !== expected.acsUrl) {
    throw invalid(`The response is for ${destination} (Destination); this is ${expected.acsUrl}.`);
  }
  checkIssuer(response, expected);
  refuseFuture(timeOf(response, 'IssueInstant'), 'The response', expected);
  checkInResponseTo(response, expected);
}

export function checkIssuer(element: XmlElement, { issuer }: Pick<Expected, 'issuer'>): void {
  const found = only(element, ns.assertion, 'Issuer');
  const format = attribute(found, 'Format');
  const good = textOf(found).trim() === issuer && (format === undefined || format === nameIdFormat.entity);
  if (!good)
    throw invalid(`The ${element.localName} is by ${textOf(found).trim()} (Issuer); ${issuer} is expected.`);
}

function checkInResponseTo(element: XmlElement, { requestId }: Expected): void {
  const found = attribute(element, 'InResponseTo') ?? null;
  if (found === requestId) return;
  throw new AnswerRefused(
    'saml-not-asked',
    requestId === null
      ? `The ${element.localName} answers the request ${found}, which is not open here.`
      : `The ${element.localName} answers the request ${found ?? 'nothing'} (InResponseTo); ${requestId} was asked.`,
  );
}

const known = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']);

/** The end of the conditions. */
function checkConditions(conditions: XmlElement, expected: Expected): number {
  const odd = childElements(conditions).find(
    (one) => one.namespaceURI !== ns.assertion || !known.has(one.localName),
  );
  if (odd !== undefined)
    throw invalid(`The assertion has a condition that is not understood: ${odd.nodeName}.`);
  refuseFuture(timeOf(conditions, 'NotBefore'), 'The assertion (NotBefore)', expected);
  const end = timeOf(conditions, 'NotOnOrAfter');
  refusePast(end, 'The assertion (Conditions)', expected);
  const restrictions = children(conditions, ns.assertion, 'AudienceRestriction');
  if (restrictions.length === 0) throw invalid('The assertion names no audience.');
  for (const restriction of restrictions) {
    const audiences = children(restriction, ns.assertion, 'Audience').map((one) => textOf(one).trim());
    if (!audiences.includes(expected.audience)) {
      throw invalid(
        `The assertion is for ${audiences.join(', ') || 'nobody'} (Audience); we are ${expected.audience}.`,
      );
    }
  }
  return end;
}

/** Of several confirmations one is enough (Core §2.4.1). */
function checkConfirmation(subject: XmlElement, expected: Expected): void {
  const bearers = children(subject, ns.assertion, 'SubjectConfirmation').filter(
    (one) => attribute(one, 'Method') === bearerConfirmation,
  );
  if (bearers.length === 0) throw invalid('The assertion is not confirmed for its bearer.');
  let problem: unknown;
  for (const bearer of bearers) {
    try {
      checkBearer(only(bearer, ns.assertion, 'SubjectConfirmationData'), expected);
      return;
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem;
}

function checkBearer(data: XmlElement, expected: Expected): void {
  const recipient = requiredAttribute(data, 'Recipient');
  if (recipient !== expected.acsUrl) {
    throw invalid(`The assertion is for ${recipient} (Recipient); this is ${expected.acsUrl}.`);
  }
  if (attribute(data, 'NotBefore') !== undefined) {
    refuseFuture(timeOf(data, 'NotBefore'), 'The confirmation (NotBefore)', expected);
  }
  refusePast(timeOf(data, 'NotOnOrAfter'), 'The assertion (SubjectConfirmationData)', expected);
  checkInResponseTo(data, expected);
}

function checkStatement(assertion: XmlElement, expected: Expected): XmlElement {
  const [statement] = children(assertion, ns.assertion, 'AuthnStatement');
  if (statement === undefined)
    throw invalid('The assertion does not say that anybody signed in (AuthnStatement).');
  refuseFuture(timeOf(statement, 'AuthnInstant'), 'The sign-in (AuthnInstant)', expected);
  if (attribute(statement, 'SessionNotOnOrAfter') !== undefined) {
    refusePast(timeOf(statement, 'SessionNotOnOrAfter'), 'The session', expected);
  }
  return statement;
}

/** XML Schema's dateTime with a time zone, ms; without one it could be any. */
export function timeOf(element: XmlElement, name: string): number {
  const text = requiredAttribute(element, name).trim();
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at)) throw invalid(`${element.localName}: ${name} is no time.`);
  return at;
}

const late = (detail: string): AnswerRefused => new AnswerRefused('saml-answer-too-late', detail);

export function refuseFuture(at: number, what: string, { now }: Pick<Expected, 'now'>): void {
  if (at - skewMs > now) {
    throw late(`${what} begins at ${iso(at)}; the clock here says ${iso(now)}.`);
  }
}

export function refusePast(end: number, what: string, { now }: Pick<Expected, 'now'>): void {
  if (end + skewMs <= now) throw late(`${what} ended at ${iso(end)}; the clock here says ${iso(now)}.`);
}

const iso = (at: number): string => (Math.abs(at) > 8.64e15 ? 'no time' : new Date(at).toISOString());
