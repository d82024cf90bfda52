import { audit } from '../../audit/audit.ts';
import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { AccountRow } from '../account.ts';
import type { DoorParts } from '../prove.ts';
import { type RememberMe, useRememberMe } from '../remember-me/remember-me.ts';
import { noteSignIn } from '../sign-in-store.ts';
import { type CookieSite, sessionCookie } from './session-cookies.ts';
import { deleteEndedSessions, insertSession } from './session-store.ts';
import { xsrfCookie } from './xsrf-token.ts';

const minuteMs = 60_000;

export interface Woken {
  readonly account: AccountRow;
  readonly userId: number;
  readonly revision: number;
  readonly session: {
    readonly id: number;
    readonly tokenHash: string;
    /** Never: that somebody was remembered proves nothing of who sits there now. */
    readonly webSudoUntil: null;
    /** Set-Cookie lines. */
    readonly cookies: readonly string[];
  };
}

/** Opens a session of the pages for a remembered sign-in, whose cookie changes by it. */
export async function openRemembered(
  { site }: DoorParts,
  presented: RememberMe,
  visit: CookieSite & { readonly source: Source },
): Promise<Woken | { readonly is: 'over' | 'stolen'; readonly userId: number | undefined }> {
  const { rememberMeDays, sessionMaxMinutes } = await settingsAt(site.db, await readRevision(site.db));
  const at = site.clock.now();
  const { source } = visit;
  const secret = makeSecret('tss');
  return inTransaction(site.db, async (trx) => {
    const used = await useRememberMe(trx, presented, visit, { at, days: rememberMeDays });
    if (used.is === 'over') return { is: 'over', userId: undefined } as const;
    const { account } = used;
    const who = { source, name: account.name, userId: account.user_id, via: 'session' } as const;
    if (used.is === 'stolen') {
      await audit(trx, site.clock, {
        event: 'session.theft-detected',
        outcome: 'refused',
        ...who,
        subject: account.name,
        subjectType: 'user',
        subjectId: account.user_id,
      });
      return { is: 'stolen', userId: account.user_id } as const;
    }
    await deleteEndedSessions(trx, at);
    await noteSignIn(trx, account.user_id, at);
    const tokenHash = sha256(secret);
    const id = await insertSession(trx, {
      tokenHash,
      userId: account.user_id,
      kind: 'web',
      apiTokenId: null,
      at,
      expiresAt: at + sessionMaxMinutes * minuteMs,
      address: source.address,
      userAgent: source.userAgent,
      webSudoUntil: null,
      seriesId: used.seriesId,
      openedWith: null,
    });
    await audit(trx, site.clock, {
      event: 'sign-in.ok',
      outcome: 'ok',
      ...who,
      subjectType: 'session',
      subjectId: id,
      detail: { by: 'remember-me' },
    });
    const cookies = [
      sessionCookie('web', secret, visit),
      ...(used.cookie === undefined ? [] : [used.cookie]),
      xsrfCookie(site.config, secret, visit),
    ];
    const session = { id, tokenHash, webSudoUntil: null, cookies };
    return { account, userId: account.user_id, revision: used.revision, session };
  });
}
