import { type Asker, audit } from '../../audit/audit.ts';
import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import { SignInRefused } from '../../errors.ts';
import type { Identity, Source } from '../../identity.ts';
import { sha256 } from '../../lib/sha256.ts';
import { lockAccounts } from '../../permissions/administrators.ts';
import type { User } from '../../users/user.ts';
import type { DoorParts, Proof } from '../prove.ts';
import { identityBySession, type Visit } from '../sessions/sessions.ts';
import { finishSignIn, secondStepPath } from '../sign-in/finish-sign-in.ts';
import { safeDestination } from '../sign-in-form/destination.ts';
import { grantWebSudo } from '../web-sudo/web-sudo.ts';
import { applyPlan } from './apply-plan.ts';
import { type Flow, finishFlow } from './flow-store.ts';
import { browserSecret, type FlowAnswer } from './flows.ts';
import { insertIdentity } from './identity-store.ts';
import { planFor } from './person-plan.ts';
import type { Provider } from './provider.ts';
import { providersAt } from './provider-store.ts';

/** Where the browser goes on, under the base URL, and the cookies that it takes along. */
export interface Onward {
  readonly location: string;
  readonly cookies: readonly string[];
}

type Vouched = Extract<FlowAnswer, { is: 'person' }>;

export interface FinishingVisit extends Visit {
  /** The site's base URL. */
  readonly base: string;
}

/** A provider's word on who confirms counts this long. */
const freshMs = 5 * 60_000;

/**
 * The end of a visit to a provider, in the browser that began it: signs in, links, confirms or shows a test. Whatever
 * goes wrong ends on a page that says so, with a step that the audit log has as well.
 */
export async function finishVisit(parts: DoorParts, visit: FinishingVisit, ticket: string): Promise<Onward> {
  const { site } = parts;
  const browser = browserSecret(visit.cookieHeader);
  const finished =
    browser === undefined
      ? undefined
      : await inTransaction(site.db, (trx) =>
          finishFlow(trx, { ticketHash: sha256(ticket), browserHash: sha256(browser), at: site.clock.now() }),
        );
  if (finished === undefined) return failed(visit, 'sso-other-browser');
  const { flow } = finished;
  const answer = finished.answer as FlowAnswer;
  const provider = (await providersAt(site.db, await readRevision(site.db))).find(
    (one) => one.id === flow.providerId,
  );
  if (provider === undefined) return failed(visit, 'sso-provider-gone');
  if (flow.purpose === 'test') return tested(visit, provider, ticket);
  if (!provider.enabled) return failed(visit, 'sso-provider-gone');
  if (answer.is === 'refused') return failed(visit, answer.step, flow);
  switch (flow.purpose) {
    case 'sign-in':
      return signIn(parts, visit, provider, flow, answer);
    case 'link':
      return link(parts, visit, provider, flow, answer);
    case 'confirm':
      return confirm(parts, visit, provider, flow, answer);
  }
}

/** The words for each step are on the page; the request id leads to the reason. */
function failed(visit: FinishingVisit, step: string, flow?: Flow): Onward {
  const query = new URLSearchParams({ problem: step, request: visit.source.requestId });
  const page = flow !== undefined && flow.purpose !== 'sign-in' ? '/account/security' : '/sign-in';
  return { location: `${visit.base}${page}?${query}`, cookies: [] };
}

const tested = (visit: FinishingVisit, provider: Provider, ticket: string): Onward => ({
  location: `${visit.base}/admin/sign-in/${provider.id}?test=${ticket}`,
  cookies: [],
});

async function signIn(
  parts: DoorParts,
  visit: FinishingVisit,
  provider: Provider,
  flow: Flow,
  answer: Vouched,
): Promise<Onward> {
  const user = await accountOf(parts, provider, answer, visit.source);
  if ('step' in user) return failed(visit, user.step, flow);
  const proof: Proof = {
    user,
    revision: await readRevision(parts.site.db),
    via: 'sso',
    tokenId: null,
    secondStepDone: !provider.accountRules.asksSecondFactor,
  };
  const sso = { providerId: provider.id, subject: answer.person.subject, ...answer.session };
  try {
    const returnTo = safeDestination(flow.returnTo ?? undefined, visit.base);
    const finished = await finishSignIn(parts, proof, { kind: 'web', sso, returnTo }, visit);
    const location =
      finished.is === 'signed-in' ? new URL(returnTo, visit.base).href : visit.base + secondStepPath;
    return { location, cookies: finished.cookies };
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    return failed(visit, error.why?.step ?? 'sso-account-disabled', flow);
  }
}

/** The account of whom the provider vouches for, made or brought up to date. */
async function accountOf(
  { site }: DoorParts,
  provider: Provider,
  { person }: Vouched,
  source: Source,
): Promise<User | { step: string }> {
  return inTransaction(site.db, async (trx) => {
    // First: of two sign-ins of one newcomer at once, the second finds what the first made.
    await lockAccounts(trx);
    const plan = await planFor(trx, provider, person);
    if (plan.does !== 'refuse') return applyPlan(trx, site, provider, person, plan, source);
    await audit(trx, site.clock, {
      event: 'sign-in.failed',
      outcome: 'refused',
      source,
      via: 'sso',
      ...(plan.userId === undefined ? {} : { subjectType: 'user', subjectId: plan.userId }),
      detail: { step: plan.step, provider: provider.name, subject: person.subject, ...plan.facts },
    });
    return { step: plan.step };
  });
}

/** Ties the provider's person to the account that is signed in here: its own sign-in is the proof that it may. */
async function link(
  parts: DoorParts,
  visit: FinishingVisit,
  provider: Provider,
  flow: Flow,
  { person }: Vouched,
): Promise<Onward> {
  const { site } = parts;
  const asker = await askerOf(parts, visit, flow);
  if (asker === undefined) return failed(visit, 'session-ended', flow);
  const userId = asker.actor.user!.id;
  const linked = await inTransaction(site.db, async (trx) => {
    const identity = { providerId: provider.id, subject: person.subject, userId, at: site.clock.now() };
    if (!(await insertIdentity(trx, identity))) return false;
    await audit(trx, site.clock, {
      event: 'identity.linked',
      outcome: 'ok',
      asker,
      source: visit.source,
      subject: asker.actor.user!.name,
      subjectType: 'user',
      subjectId: userId,
      detail: { provider: provider.name, subject: person.subject },
    });
    return true;
  });
  if (!linked) return failed(visit, 'sso-linked-already', flow);
  return { location: `${visit.base}/account/security?linked=${provider.id}`, cookies: [] };
}

/** Administrator access for who has just signed in there again, as the person that this account is. */
async function confirm(
  parts: DoorParts,
  visit: FinishingVisit,
  provider: Provider,
  flow: Flow,
  { person, authenticatedAt }: Vouched,
): Promise<Onward> {
  const { site } = parts;
  const asker = await askerOf(parts, visit, flow);
  if (asker === undefined) return failed(visit, 'session-ended', flow);
  const userId = asker.actor.user!.id;
  const plan = await planFor(site.db, provider, person);
  if (plan.does !== 'sign-in' || plan.user.id !== userId) return failed(visit, 'sso-somebody-else', flow);
  if (authenticatedAt === null || site.clock.now() - authenticatedAt > freshMs) {
    return failed(visit, 'sso-not-fresh', flow);
  }
  const cookies = await grantWebSudo(parts, { ...visit, ...asker }, userId, asker.identity.credentialId!);
  return {
    location: new URL(safeDestination(flow.returnTo ?? undefined, visit.base), visit.base).href,
    cookies,
  };
}

/** Who is signed in in this browser, if it is still who began. */
async function askerOf(parts: DoorParts, visit: FinishingVisit, flow: Flow): Promise<Asker | undefined> {
  let identity: Identity | undefined;
  try {
    identity = await identityBySession(parts, visit.cookieHeader, visit);
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
  }
  if (identity === undefined || identity.actor.user?.id !== flow.userId || identity.openedByToken)
    return undefined;
  return { actor: identity.actor, identity, source: visit.source };
}
