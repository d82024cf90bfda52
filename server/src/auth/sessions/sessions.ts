import { type Asker, audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { SignInRefused } from '../../errors.ts';
import { type Identity, type Limits, noLimits, type Source } from '../../identity.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { settingsAt } from '../../settings/settings.ts';
import { isServiceAccount } from '../../users/service-account-store.ts';
import { type AccountRow, actorUser } from '../account.ts';
import { holdLiveToken } from '../api-tokens/api-token-store.ts';
import { limitsOf, mayComeFrom } from '../api-tokens/token-limits.ts';
import { rememberDevice } from '../locks/known-devices.ts';
import { type DoorParts, type Proof, refused } from '../prove.ts';
import {
  clearRememberMeCookie,
  forgetRememberMe,
  presentedRememberMe,
  startSeries,
} from '../remember-me/remember-me.ts';
import { deleteSeries, deleteSeriesOf } from '../remember-me/remember-me-store.ts';
import { noteSignIn } from '../sign-in-store.ts';
import { holdIdentity } from '../single-sign-on/identity-store.ts';
import { webSudoMs } from '../web-sudo/web-sudo-time.ts';
import { openRemembered } from './remembered-session.ts';
import {
  type CookieSite,
  clearSessionCookie,
  type PresentedSession,
  presentedSessions,
  type SessionKind,
  sessionCookie,
} from './session-cookies.ts';
import {
  deleteEndedSessions,
  deleteSessionsById,
  deleteSessionsOf,
  findSessions,
  findSessionWithOwner,
  holdAccount,
  insertSession,
  isOpenedWith,
  keepPlainSession,
  wholeSessionId,
} from './session-store.ts';
import { insertSsoSession } from './sso-session-store.ts';
import { clearXsrfCookie, xsrfCookie } from './xsrf-token.ts';

const minuteMs = 60_000;

/** The step that refuses a password which was replaced while it was checked. */
export const passwordChanged = 'password-changed';

/** Where a session is opened from, and what its cookies need. */
export interface Visit extends CookieSite {
  readonly source: Source;
  readonly cookieHeader: string | undefined;
}

export interface Opening {
  readonly kind: SessionKind;
  /** A JSESSIONID beside that of the pages, for programs that post the form. */
  readonly restToo?: boolean;
  /** Only of pages. */
  readonly rememberMe?: boolean;
  /** What the identity provider calls it, where one vouched for its user. */
  readonly sso?: ProviderSession | undefined;
  /** The second step is not asked for on this device for so long. */
  readonly trustDeviceDays?: number;
  /** Where a sign-in goes on that a second step interrupts: a path on this site. */
  readonly returnTo?: string | undefined;
  /** What the password was found right against; a session is not opened when it has been changed since. */
  readonly passwordHash?: string | null;
  /** The link to the directory that proved the password; a session is not opened when it has been removed since. */
  readonly identityId?: number | undefined;
}

/** A session as an identity provider knows it, so that either side can end it on the other. */
export interface ProviderSession {
  readonly providerId: number;
  readonly subject: string;
  /** SAML's SessionIndex, OpenID's `sid`. */
  readonly providerSession: string | null;
  /** What else the kind needs to end it there (NameID format, id token hint). */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Opened {
  readonly id: number;
  readonly secret: string;
  readonly webSudoUntil: number | null;
  /** Set-Cookie lines. */
  readonly cookies: string[];
}

/**
 * Opens a session for a proven account; its secret is the cookie's value and shown nowhere else. Sessions that the
 * request carried end: nobody goes on under an id that was there before (S1).
 */
export async function openSession(
  { site }: DoorParts,
  proof: Proof,
  { kind, restToo = false, rememberMe = false, passwordHash, identityId, sso, trustDeviceDays }: Opening,
  visit: Visit,
  /** Used up with it, in the same transaction; false: somebody else was first. */
  consume?: (trx: Db) => Promise<boolean>,
): Promise<Opened> {
  const settings = await settingsAt(site.db, proof.revision);
  const at = site.clock.now();
  const secret = makeSecret('tss');
  const restSecret = makeSecret('tss');
  const page = kind === 'web';
  const fresh = proof.via === 'password' || proof.via === 'passkey' || proof.via === 'sign-in-link';
  const webSudoUntil = page && fresh ? at + webSudoMs : null;
  const { source } = visit;
  return inTransaction(site.db, async (trx) => {
    // The secret was checked a while ago, by the clock of a password hash.
    const account = await holdAccount(trx, proof.user.id);
    if (account?.active !== true) throw refused('account-disabled');
    if (passwordHash !== undefined && account.passwordHash !== passwordHash) throw refused(passwordChanged);
    // By token a program may open a JSESSIONID; nothing else of it opens anything.
    if (proof.via !== 'api-token' && (await isServiceAccount(trx, proof.user.id)))
      throw refused('service-account');
    if (identityId !== undefined && !(await holdIdentity(trx, identityId))) throw refused('directory-gone');
    if (proof.tokenId !== null && (await holdLiveToken(trx, proof.tokenId, at)) === undefined)
      throw refused('token-revoked');
    if (consume !== undefined && !(await consume(trx))) throw refused('second-step-ended');
    await deleteEndedSessions(trx, at);
    const cookies = await endPresented(trx, visit, page);
    await noteSignIn(trx, proof.user.id, at);
    let seriesId: number | null = null;
    if (page) {
      if (rememberMe && settings.rememberMeDays > 0) {
        const series = await startSeries(trx, proof.user.id, visit, { at, days: settings.rememberMeDays });
        seriesId = series.id;
        cookies.push(series.cookie);
      } else if (presentedRememberMe(visit.cookieHeader) !== undefined) {
        cookies.push(clearRememberMeCookie(visit));
      }
      const trustUntil =
        trustDeviceDays === undefined ? undefined : at + trustDeviceDays * 24 * 60 * minuteMs;
      cookies.push(await rememberDevice(trx, proof.user.id, at, visit, trustUntil));
    }
    const session = {
      tokenHash: sha256(secret),
      userId: proof.user.id,
      kind,
      apiTokenId: proof.tokenId,
      at,
      expiresAt: at + settings.sessionMaxMinutes * minuteMs,
      address: source.address,
      userAgent: source.userAgent,
      webSudoUntil,
      seriesId,
      openedWith: null,
    };
    const id = await insertSession(trx, session);
    if (sso !== undefined) await insertSsoSession(trx, id, sso);
    if (restToo) {
      const twin = { ...session, tokenHash: sha256(restSecret), kind: 'rest', webSudoUntil: null } as const;
      await insertSession(trx, { ...twin, openedWith: id });
      cookies.unshift(sessionCookie('rest', restSecret, visit));
    }
    await audit(trx, site.clock, {
      event: 'sign-in.ok',
      outcome: 'ok',
      source,
      name: proof.user.name,
      userId: proof.user.id,
      via: page ? 'form' : 'session',
      credentialId: proof.tokenId,
      subjectType: 'session',
      subjectId: id,
      detail: {
        by: proof.via,
        ...(sso === undefined ? {} : { provider: sso.providerId }),
        ...(seriesId === null ? {} : { remembered: true }),
      },
    });
    // First: programs take the first one.
    cookies.unshift(sessionCookie(kind, secret, visit));
    cookies.push(xsrfCookie(site.config, secret, visit));
    return { id, secret, webSudoUntil, cookies };
  });
}

/** What was signed in before in this browser, or in this program, is replaced; Set-Cookie lines for what is left of it. */
async function endPresented(trx: Db, visit: Visit, page: boolean): Promise<string[]> {
  const replaced = presentedSessions(visit.cookieHeader, visit).filter((one) => page || one.kind === 'rest');
  const ended = await endWhole(trx, replaced);
  if (page) await forgetRememberMe(trx, visit.cookieHeader);
  const pagesToo = !page && ended.some((row) => row.opened_with !== null);
  return pagesToo ? [clearSessionCookie('web', visit)] : [];
}

/** Ends them with what belongs to them: the JSESSIONID, the session of the pages, and that it is remembered. */
async function endWhole(trx: Db, presented: readonly PresentedSession[]) {
  const hashes = presented.filter(({ secret }) => secret !== '').map(({ secret }) => sha256(secret));
  if (hashes.length === 0) return [];
  const rows = await findSessions(trx, hashes);
  await deleteSessionsById(
    trx,
    rows.map((row) => row.opened_with ?? row.id),
  );
  await deleteSeries(
    trx,
    rows.flatMap((row) => row.series_id ?? []),
  );
  return rows;
}

/**
 * The identity of a request's session cookie, or of a sign-in that its browser remembers, which opens a new session;
 * undefined without one of our own shape. Throws SignInRefused, with headers that clear the cookies, when neither is
 * alive: a dead session is told, never silently anonymous.
 */
export async function identityBySession(
  parts: DoorParts,
  cookieHeader: string | undefined,
  cookies: CookieSite & { readonly source: Source },
): Promise<Identity | undefined> {
  if (cookieHeader === undefined) return undefined;
  const presented = presentedSessions(cookieHeader, cookies);
  const remembered = presentedRememberMe(cookieHeader);
  if (presented.length === 0 && remembered === undefined) return undefined;
  const live = await liveSession(parts, presented, cookies.source.address);
  if ('identity' in live) return live.identity;
  const visit = { ...cookies, cookieHeader };
  const woken = remembered && (await openRemembered(parts, remembered, visit));
  if (woken !== undefined && 'account' in woken) {
    const { account, revision, session } = woken;
    return identityOf(parts, account, revision, { ...session, kind: 'web', byToken: false });
  }
  const stolen = woken?.is === 'stolen';
  throw new SignInRefused('AUTHENTICATED_FAILED', {
    messages: [stolen ? stolenMessage : 'Your session has ended. Sign in again.'],
    why: { step: stolen ? 'session-stolen' : 'session-ended', userId: woken?.userId ?? live.userId },
    headers: {
      'Set-Cookie': [
        ...presented.map((one) => clearSessionCookie(one.kind, cookies)),
        ...(remembered === undefined ? [] : [clearRememberMeCookie(cookies)]),
        ...clearXsrfCookie(cookieHeader, cookies),
      ],
    },
  });
}

const stolenMessage =
  'This browser was to stay signed in, but what it keeps for that has been used once already, perhaps by somebody who copied it. All sessions that were made from it have ended. Sign in again, and change your password if you cannot explain it.';

/** The first session decides, that of the pages before JSESSIONID: a dead one is told, whatever lies beside it. */
async function liveSession(
  parts: DoorParts,
  presented: readonly PresentedSession[],
  address: string,
): Promise<{ identity: Identity } | { userId: number | undefined }> {
  const { site, lastUse } = parts;
  const [first, beside] = presented;
  if (first === undefined || first.secret === '') return { userId: undefined };
  const now = site.clock.now();
  const tokenHash = sha256(first.secret);
  const [row] = await findSessionWithOwner(site.db, { hash: tokenHash });
  const alive =
    row !== undefined &&
    row.kind === first.kind &&
    row.active === 1 &&
    row.expires_at > now &&
    (row.api_token_id === null || (row.token_revoked_at === null && (row.token_expires_at ?? 0) > now)) &&
    mayComeFrom(row.addresses, address) &&
    now - row.last_seen_at < (await settingsAt(site.db, row.revision)).sessionIdleMinutes * minuteMs;
  if (!alive) return { userId: row?.user_id };
  lastUse.note('sessions', row.session_id, row.last_seen_at, now);
  // A program that posted the form holds both cookies; a browser that does says where its requests come from.
  const byProgram =
    beside !== undefined && (await isOpenedWith(site.db, sha256(beside.secret), row.session_id));
  return {
    identity: identityOf(parts, row, row.revision, {
      id: row.session_id,
      tokenHash,
      kind: byProgram ? 'rest' : row.kind,
      byToken: row.api_token_id !== null,
      limits: limitsOf(row),
      webSudoUntil: row.web_sudo_until,
    }),
  };
}

interface Live {
  readonly id: number;
  readonly tokenHash: string;
  readonly kind: SessionKind;
  readonly byToken: boolean;
  /** Of the token that opened it. */
  readonly limits?: Limits;
  readonly webSudoUntil: number | null;
  readonly cookies?: readonly string[];
}

function identityOf({ site }: DoorParts, account: AccountRow, revision: number, live: Live): Identity {
  const { limits = noLimits } = live;
  const { profile } = site.config;
  return {
    actor: { user: actorUser(account), revision, profile, projects: limits.projects },
    ...(limits === noLimits ? {} : { limits }),
    via: 'session',
    credentialId: live.id,
    loginReason: null,
    browserSession: live.kind === 'web',
    openedByToken: live.byToken,
    webSudoUntil: live.webSudoUntil,
    sessionMark: live.tokenHash.slice(0, 7),
    ...(live.cookies === undefined ? {} : { cookies: live.cookies }),
  };
}

/**
 * Ends every session that the request carries, so that none is left for a browser to fall back on, and forgets that
 * it was to be remembered; the result is the Set-Cookie lines that clear them, and that of `kind` in any case.
 */
export async function endSessions(
  { site }: DoorParts,
  kind: SessionKind,
  call: Asker & CookieSite & { cookieHeader: string | undefined },
): Promise<string[]> {
  const presented = presentedSessions(call.cookieHeader, call);
  const remembered = presentedRememberMe(call.cookieHeader);
  if (presented.length > 0 || remembered !== undefined) {
    await inTransaction(site.db, async (trx) => {
      const [ended] = await endWhole(trx, presented);
      const userId = ended?.user_id;
      const forgot = await forgetRememberMe(trx, call.cookieHeader);
      if (userId === undefined && !forgot) return;
      await audit(trx, site.clock, {
        event: 'sign-out',
        outcome: 'ok',
        asker: call,
        source: call.source,
        ...(userId === undefined ? {} : { userId }),
      });
    });
  }
  const kinds = new Set([kind, ...presented.map((one) => one.kind)]);
  return [
    ...[...kinds].map((one) => clearSessionCookie(one, call)),
    ...(remembered === undefined ? [] : [clearRememberMeCookie(call)]),
    ...clearXsrfCookie(call.cookieHeader, call),
  ];
}

/**
 * Ends an account's sessions and remembered sign-ins, but for the session it is done from. Unless that one stays as it
 * is, it is remembered no more, and asks for the password before administration. How many ended.
 */
export async function endOtherSessions(
  trx: Db,
  userId: number,
  keepSessionId: number | null,
  { asItIs = false }: { readonly asItIs?: boolean } = {},
): Promise<number> {
  const kept = keepSessionId === null ? null : await wholeSessionId(trx, keepSessionId);
  const ended = await deleteSessionsOf(trx, userId, kept);
  if (kept !== null && !asItIs) await keepPlainSession(trx, kept);
  await deleteSeriesOf(trx, userId, asItIs ? kept : null);
  return ended;
}
