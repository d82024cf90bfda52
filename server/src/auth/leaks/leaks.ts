import { type Asker, audit } from '../../audit/audit.ts';
import { readRevision } from '../../db/revision.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import { afterwards } from '../../lib/afterwards.ts';
import { isIntactSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { queueMail } from '../../mail/outbox.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import {
  findTokensByHash,
  noteLeakTold,
  revokeTokens,
  type TokenRecord,
} from '../api-tokens/api-token-store.ts';
import { findGrantOfItem } from '../oauth2/grant-store.ts';
import { endGrant } from '../oauth2/grants.ts';
import { doneFrom, letter } from '../passwords/password-mails.ts';

const dayMs = 86_400_000;
const longest = 500;

/** Tokens of ours where others can read them. */
export interface Leak {
  readonly tokens: readonly string[];
  readonly where: 'text' | 'address';
  readonly source: Source;
  /** Who wrote it there; undefined: nobody signed in. */
  readonly asker: Asker | undefined;
  readonly method: string;
  /** The route's pattern; never what stood in its place. */
  readonly routePath: string;
}

export interface Leaks {
  /** Whatever there is to do is done after the answer. */
  note(leak: Leak): void;
  settled(): Promise<void>;
}

/**
 * Tells owners that a token of theirs is in a text or an address, once a day for each, and revokes it where the site
 * says so.
 */
export function watchForLeaks(site: Site): Leaks {
  const { add, settled } = afterwards<Leak>(
    longest,
    (leak) => dealWith(site, leak),
    (error) => site.log.error({ err: error }, 'leaked token not dealt with'),
  );
  return {
    note(leak) {
      if (!add(leak))
        site.log.warn({ requestId: leak.source.requestId }, 'leaked token dropped: too many wait');
    },
    settled,
  };
}

async function dealWith(site: Site, leak: Leak): Promise<void> {
  const settings = await settingsAt(site.db, await readRevision(site.db));
  const now = site.clock.now();
  const found = await findTokensByHash(site.db, leak.tokens.map(sha256));
  for (const token of found) {
    if (token.revokedAt !== null || token.expiresAt <= now || !token.owner.active) continue;
    await inTransaction(site.db, async (trx) => {
      const revoked = settings.revokeLeakedTokens && (await revokeLeaked(trx, token, now));
      const untold = await noteLeakTold(trx, token.id, now, dayMs);
      if (!untold && !revoked) return;
      await auditLeak(trx, site, token, leak, revoked);
      const { label, owner } = token;
      const there =
        leak.where === 'text'
          ? 'in a text on this site, such as an issue or a comment'
          : 'in the address of a request';
      const mail = revoked
        ? letter(owner, settings, 'An API token was revoked: others can read it', [
            `Your API token “${label}” stands ${there}, where others can read it. It was revoked, so that nobody can use it; what used it is refused from now on. Make a new one.`,
            doneFrom(leak.source),
          ])
        : letter(owner, settings, 'An API token is where others can read it', [
            `Your API token “${label}” stands ${there}, where others can read it. It still works. Rotate or revoke it, and keep the new one out of issues, comments and addresses.`,
            doneFrom(leak.source),
            'It is masked whenever the site shows it. No other mail about this token is sent for a day.',
          ]);
      await queueMail(trx, site.clock, mail);
    });
  }
}

/**
 * Revokes whatever API tokens are among these, and the grants of applications whose tokens are, whoever presents them:
 * to hold one is proof enough that others may. How many it were; unknown ones, and ones that ended before, change nothing.
 */
export async function revokePresented(
  site: Site,
  tokens: readonly string[],
  source: Source,
): Promise<number> {
  const settings = await settingsAt(site.db, await readRevision(site.db));
  const now = site.clock.now();
  const found = await findTokensByHash(site.db, [...new Set(tokens.map(sha256))]);
  let revoked = 0;
  for (const one of new Set(tokens.filter(isOfApplication))) {
    const grant = await findGrantOfItem(site.db, sha256(one));
    if (grant !== undefined && (await endGrant(site, grant.grantKey, { source, why: 'leaked' }))) revoked++;
  }
  for (const token of found) {
    if (token.revokedAt !== null || token.expiresAt <= now) continue;
    await inTransaction(site.db, async (trx) => {
      if (!(await revokeLeaked(trx, token, now))) return;
      revoked++;
      await auditLeak(trx, site, token, { where: 'presented', source, asker: undefined }, true);
      const mail = letter(token.owner, settings, 'An API token was revoked: somebody had it', [
        `Somebody who holds your API token “${token.label}” reported that it is known to others. It was revoked; what used it is refused from now on. Make a new one.`,
        doneFrom(source),
      ]);
      if (token.owner.active) await queueMail(trx, site.clock, mail);
    });
  }
  return revoked;
}

/** An access or refresh token of OAuth 2.0. */
const isOfApplication = (text: string): boolean => isIntactSecret('tso', text) || isIntactSecret('tsf', text);

type Owned = Awaited<ReturnType<typeof findTokensByHash>>[number];

async function revokeLeaked(trx: Db, { id, userId }: TokenRecord, at: number): Promise<boolean> {
  return (await revokeTokens(trx, { userId, id, at, by: null, why: 'leaked' })).length > 0;
}

async function auditLeak(
  trx: Db,
  site: Site,
  token: Owned,
  leak: Pick<Leak, 'source' | 'asker'> & { readonly where: string } & Partial<
      Pick<Leak, 'method' | 'routePath'>
    >,
  revoked: boolean,
): Promise<void> {
  await audit(trx, site.clock, {
    event: revoked ? 'api-token.revoked' : 'api-token.leaked',
    outcome: 'ok',
    asker: leak.asker,
    source: leak.source,
    subject: token.label,
    subjectType: 'api-token',
    subjectId: token.id,
    detail: {
      userId: token.userId,
      ...(revoked ? { why: 'leaked' } : {}),
      where: leak.where,
      ...(leak.method === undefined ? {} : { request: `${leak.method} ${leak.routePath}` }),
    },
  });
}
