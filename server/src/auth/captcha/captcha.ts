import { createHmac } from 'node:crypto';
import { inTransaction } from '../../db/transaction.ts';
import { TooManyRequests } from '../../errors.ts';
import { cookieValues, setCookie } from '../../http/cookies.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import type { CookieSite } from '../sessions/session-cookies.ts';
import {
  countCaptchas,
  deleteExpiredCaptchas,
  deleteOldestCaptchas,
  insertCaptcha,
  takeCaptcha,
} from './captcha-store.ts';
import { makeDigits, makeWord, normalAnswer } from './word.ts';

const cookieName = 'tessera.captcha';
const lifeMs = 5 * 60_000;
const longestAnswer = 64;
/** Pictures that one address may have open at once; the oldest makes room. */
const mostPictures = 30;
/** Sounds have fewer tries: digits are easier for a machine than the picture. */
const mostSounds = 3;

export type CaptchaKind = 'picture' | 'sound';

export interface Shown {
  readonly answer: string;
  /** Ties the answer to the visitor. */
  readonly cookie: string;
}

export interface Visit extends CookieSite {
  readonly cookieHeader: string | undefined;
  readonly address: string;
}

/**
 * A new riddle for this visitor, whose older one counts no more. Throws TooManyRequests when an address asks for
 * more sounds than it may in five minutes.
 */
export async function showCaptcha(site: Site, kind: CaptchaKind, visit: Visit): Promise<Shown> {
  const answer = kind === 'picture' ? makeWord() : makeDigits();
  const secret = makeSecret('tsc');
  const now = site.clock.now();
  const before = visitorSecret(visit.cookieHeader);
  await inTransaction(site.db, async (trx) => {
    await deleteExpiredCaptchas(trx, now);
    const open = await countCaptchas(trx, visit.address, kind);
    if (kind === 'sound' && open >= mostSounds) {
      throw new TooManyRequests({
        messages: ['Too many sounds were asked for. Use the picture, or wait five minutes.'],
        headers: { 'Retry-After': String(lifeMs / 1000) },
      });
    }
    if (before !== undefined) await takeCaptcha(trx, sha256(before), now);
    if (open >= mostPictures) await deleteOldestCaptchas(trx, visit.address, open - mostPictures + 1);
    await insertCaptcha(trx, {
      visitor_hash: sha256(secret),
      answer_hash: answerHash(secret, answer),
      address: visit.address,
      kind,
      expires_at: now + lifeMs,
    });
  });
  const path = visit.contextPath === '' ? '/' : visit.contextPath;
  const cookie = `${setCookie(cookieName, secret, { path, secure: visit.secure })}; Max-Age=${lifeMs / 1000}`;
  return { answer, cookie };
}

/** Whether this is the answer to what the visitor was shown; it is used up either way. */
export async function spendCaptcha(
  site: Site,
  cookieHeader: string | undefined,
  typed: string,
): Promise<boolean> {
  const secret = visitorSecret(cookieHeader);
  if (secret === undefined || typed.length > longestAnswer) return false;
  const row = await takeCaptcha(site.db, sha256(secret), site.clock.now());
  return row !== undefined && row.answer_hash === answerHash(secret, normalAnswer(typed));
}

/** Under the visitor's own secret, so that what is stored answers nothing. */
const answerHash = (secret: string, answer: string): string =>
  createHmac('sha256', secret).update(answer).digest('hex');

function visitorSecret(header: string | undefined): string | undefined {
  const [secret, tossed] = new Set(cookieValues(header, cookieName));
  return tossed === undefined && secret !== undefined && isIntactSecret('tsc', secret) ? secret : undefined;
}
