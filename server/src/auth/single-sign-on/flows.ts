import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { cookieValues, setCookie } from '../../http/cookies.ts';
import type { Source } from '../../identity.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import type { CookieSite } from '../sessions/session-cookies.ts';
import type { ProviderSession } from '../sessions/sessions.ts';
import { answerFlow, type Flow, findOpenFlow, insertFlow, type Purpose } from './flow-store.ts';
import type { Person, Provider } from './provider.ts';

/** Long enough for a password, a second factor and a consent page there. */
const lifeMs = 15 * 60_000;
const cookieName = 'tessera.sso';

/** What a provider's kind found out about an answer; read by finish-flow.ts, in the browser that asked. */
export type FlowAnswer =
  | {
      readonly is: 'person';
      readonly person: Person;
      readonly session: Pick<ProviderSession, 'providerSession' | 'detail'>;
      /** Everything the provider said, by its own names, for "test this". */
      readonly attributes: Readonly<Record<string, readonly string[]>>;
      /** When the provider last asked for credentials, ms; null: it did not say. */
      readonly authenticatedAt: number | null;
    }
  | {
      readonly is: 'refused';
      /** A step of audit/refusal-texts.ts. */
      readonly step: string;
      /** What exactly is wrong, for administrators. */
      readonly detail: string;
    };

export interface FlowStart {
  readonly provider: Provider;
  readonly purpose: Purpose;
  readonly userId: number | null;
  readonly returnTo: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** The value that comes back (`state`, RelayState), from `makeState()`. */
  readonly state: string;
}

export const makeState = (): string => makeSecret('tsi');

/** Begins a visit to a provider; the result is the cookie that binds it to this browser. */
export async function startFlow(site: Site, start: FlowStart, visit: CookieSite): Promise<string> {
  const browser = makeSecret('tsi');
  const at = site.clock.now();
  await inTransaction(site.db, (trx) =>
    insertFlow(
      trx,
      {
        stateHash: sha256(start.state),
        browserHash: sha256(browser),
        providerId: start.provider.id,
        purpose: start.purpose,
        userId: start.userId,
        returnTo: start.returnTo,
        data: start.data,
        expiresAt: at + lifeMs,
      },
      at,
    ),
  );
  const path = visit.contextPath === '' ? '/' : visit.contextPath;
  return `${setCookie(cookieName, browser, { path, secure: visit.secure })}; Max-Age=${lifeMs / 1000}`;
}

/** The visit that a state belongs to, at this provider; undefined: none, or it was answered or ended. */
export async function openFlow(site: Site, providerId: number, state: string): Promise<Flow | undefined> {
  if (!isIntactSecret('tsi', state)) return undefined;
  const flow = await findOpenFlow(site.db, sha256(state), site.clock.now());
  return flow?.providerId === providerId ? flow : undefined;
}

/**
 * Takes a provider's checked answer, once. The result is a ticket for `/sso/finish`, where the browser that began shows
 * its cookie (which a form that the provider's page posts here does not carry); undefined: it was answered already.
 */
export async function answer(
  site: Site,
  flow: Flow,
  given: FlowAnswer,
  source: Source,
  /** Also consumed in the same transaction, such as an assertion's id; false: used before. */
  consume?: (trx: Site['db']) => Promise<boolean>,
): Promise<string | undefined> {
  const ticket = makeSecret('tsi');
  const at = site.clock.now();
  return inTransaction(site.db, async (trx) => {
    if (consume !== undefined && !(await consume(trx))) return undefined;
    const counts = await answerFlow(trx, {
      stateHash: flow.stateHash,
      ticketHash: sha256(ticket),
      answer: given,
      at,
    });
    if (!counts) return undefined;
    if (given.is === 'refused' && flow.purpose !== 'test')
      await recordRefusal(trx, site, flow, given, source);
    return ticket;
  });
}

async function recordRefusal(
  trx: Site['db'],
  site: Site,
  flow: Flow,
  { step, detail }: Extract<FlowAnswer, { is: 'refused' }>,
  source: Source,
): Promise<void> {
  await audit(trx, site.clock, {
    event: 'sign-in.failed',
    outcome: 'refused',
    source,
    via: 'sso',
    detail: { step, provider: flow.providerId, problem: detail },
  });
}

/** The browser's half of a visit, by its cookie; undefined: none, or two that somebody tossed together. */
export function browserSecret(cookieHeader: string | undefined): string | undefined {
  const [secret, tossed] = new Set(cookieValues(cookieHeader, cookieName));
  return tossed === undefined && secret !== undefined && isIntactSecret('tsi', secret) ? secret : undefined;
}
