import { randomBytes } from 'node:crypto';
import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { TooManyRequests } from '../../errors.ts';
import type { Presented } from '../../http/server.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { DoorParts } from '../prove.ts';
import { findSignInAccountById } from '../sign-in-store.ts';
import { findAccessToken, insertAccessToken, renewAccessToken } from './access-token-store.ts';
import { callbackFor } from './callback.ts';
import type { Link } from './link-store.ts';
import { problem } from './problem.ts';
import { fail, type Proven, proveSigned } from './prove-signed.ts';
import {
  countOpenRequestTokens,
  findRequestToken,
  insertRequestToken,
  useRequestToken,
} from './request-token-store.ts';
import { missing } from './signed-request.ts';

const requestTokenMs = 10 * 60_000;
/** Five years, and thirty days more in which the session handle brings a new token: what Jira answers. */
const accessTokenSeconds = 157_680_000;
const renewableSeconds = 160_272_000;
const mostOpenRequests = 10_000;

/** What an endpoint answers, form-encoded. */
export type TokenAnswer = Readonly<Record<string, string>>;

/** Nothing is ever signed with it (RFC 5849 §3.4.3 has the key alone), so it is stored nowhere. */
const unusedSecret = (): string => randomBytes(24).toString('base64url');

/** Temporary credentials (RFC 5849 §2.1). */
export async function issueRequestToken(
  parts: DoorParts,
  presented: Presented,
  form: string | undefined,
): Promise<TokenAnswer> {
  const { link, signed } = await proveSigned(parts, presented, form);
  const callback = callbackFor(link, signed.protocol.get('oauth_callback'));
  const token = makeSecret('tsx');
  const { db, clock } = parts.site;
  const at = clock.now();
  await inTransaction(db, async (trx) => {
    if ((await countOpenRequestTokens(trx, link.id, at)) >= mostOpenRequests) {
      throw new TooManyRequests({
        messages: ['Too many requests of this application wait for a decision.'],
        headers: { 'Retry-After': '60' },
        why: { step: 'too-many-requests' },
      });
    }
    await insertRequestToken(trx, {
      linkId: link.id,
      tokenHash: sha256(token),
      callback,
      at,
      expiresAt: at + requestTokenMs,
    });
  });
  return { oauth_token: token, oauth_token_secret: unusedSecret(), oauth_callback_confirmed: 'true' };
}

/** Token credentials (RFC 5849 §2.3), or new ones for old ones by their session handle ("OAuth Session"). */
export async function issueAccessToken(
  parts: DoorParts,
  presented: Presented,
  form: string | undefined,
): Promise<TokenAnswer> {
  const proven = await proveSigned(parts, presented, form);
  const { token = '', protocol } = proven.signed;
  if (token === '') throw missing('oauth_token');
  const handle = protocol.get('oauth_session_handle');
  return handle === undefined
    ? exchange(parts, presented, proven, token)
    : renew(parts, presented, proven, { token, handle });
}

/** An approved request token, once, by who knows its verifier. */
async function exchange(
  parts: DoorParts,
  presented: Presented,
  { link, signed }: Proven,
  token: string,
): Promise<TokenAnswer> {
  const { site } = parts;
  const verifier = signed.protocol.get('oauth_verifier') ?? '';
  const tokenHash = sha256(token);
  const made = makeToken(site.clock.now());
  const issued =
    verifier !== '' &&
    (await inTransaction(site.db, async (trx) => {
      const { createdAt: at } = made.stored;
      const used = await useRequestToken(trx, {
        linkId: link.id,
        tokenHash,
        verifierHash: sha256(verifier),
        at,
      });
      if (used === undefined) return false;
      const { userId } = used;
      const [user] = await findSignInAccountById(trx, { id: userId });
      if (user === undefined || user.active !== 1) return 'account-disabled';
      const id = await insertAccessToken(trx, { ...made.stored, linkId: link.id, userId });
      await record(parts, trx, presented, { event: 'oauth-token.issued', link, id, user });
      return true;
    }));
  if (issued === 'account-disabled') {
    const facts = { application: link.name };
    return fail(parts, presented, 'token_rejected', { step: 'account-disabled', facts });
  }
  if (!issued) return whyNotExchanged(parts, presented, link, tokenHash, verifier);
  return made.answer;
}

/** A request token that was not taken: what is wrong with it. */
async function whyNotExchanged(
  parts: DoorParts,
  presented: Presented,
  link: Link,
  tokenHash: string,
  verifier: string,
): Promise<never> {
  const { db, clock } = parts.site;
  const found = await findRequestToken(db, tokenHash);
  const why = (step: string) => ({
    step,
    userId: found?.userId ?? undefined,
    facts: { application: link.name },
  });
  if (found === undefined || found.linkId !== link.id) {
    return fail(parts, presented, 'token_rejected', why('oauth-token-unknown'));
  }
  if (found.usedAt !== null) return fail(parts, presented, 'token_used', why('oauth-token-used'));
  if (found.expiresAt <= clock.now()) {
    return fail(parts, presented, 'token_expired', why('oauth-request-expired'));
  }
  if (found.decision === null) throw problem('permission_unknown', why('oauth-not-approved'));
  if (found.decision === 'denied') throw problem('permission_denied', why('oauth-denied'));
  if (verifier === '') throw missing('oauth_verifier');
  return fail(parts, presented, 'token_rejected', why('oauth-verifier-wrong'));
}

async function renew(
  parts: DoorParts,
  presented: Presented,
  { link }: Proven,
  { token, handle }: { token: string; handle: string },
): Promise<TokenAnswer> {
  const { site } = parts;
  const facts = { application: link.name };
  const tokenHash = sha256(token);
  const [row] =
    isIntactSecret('tsy', token) && isIntactSecret('tsh', handle)
      ? await findAccessToken(site.db, { linkId: link.id, hash: tokenHash })
      : [];
  const userId = row?.user_id;
  if (row !== undefined && row.active !== 1) {
    return fail(parts, presented, 'token_rejected', { step: 'account-disabled', userId, facts });
  }
  const made = makeToken(site.clock.now());
  const renewed =
    row !== undefined &&
    (await inTransaction(site.db, async (trx) => {
      const old = { tokenHash, handleHash: sha256(handle) };
      const found = await renewAccessToken(trx, link.id, old, made.stored);
      if (found === undefined) return false;
      await record(parts, trx, presented, { event: 'oauth-token.renewed', link, id: found.id, user: row });
      return true;
    }));
  if (renewed) return made.answer;
  const step = row === undefined ? 'oauth-token-unknown' : 'oauth-not-renewable';
  return fail(parts, presented, 'token_rejected', { step, userId, facts });
}

function makeToken(now: number) {
  const token = makeSecret('tsy');
  const handle = makeSecret('tsh');
  return {
    stored: {
      tokenHash: sha256(token),
      handleHash: sha256(handle),
      createdAt: now,
      expiresAt: now + accessTokenSeconds * 1000,
      renewableUntil: now + renewableSeconds * 1000,
    },
    answer: {
      oauth_token: token,
      oauth_token_secret: unusedSecret(),
      oauth_expires_in: String(accessTokenSeconds),
      oauth_session_handle: handle,
      oauth_authorization_expires_in: String(renewableSeconds),
    },
  };
}

const record = (
  { site }: DoorParts,
  trx: Parameters<typeof audit>[0],
  { source }: Presented,
  given: { event: string; link: Link; id: number; user: { user_id: number; name: string } },
): Promise<void> =>
  audit(trx, site.clock, {
    event: given.event,
    outcome: 'ok',
    source,
    via: 'oauth1',
    userId: given.user.user_id,
    name: given.user.name,
    credentialId: given.id,
    subject: given.link.name,
    subjectType: 'application-link',
    subjectId: given.link.id,
  });
