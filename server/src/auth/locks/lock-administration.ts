import type { Asker } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { Forbidden } from '../../errors.ts';
import type { ActorUser, Source } from '../../identity.ts';
import { fold } from '../../lib/fold.ts';
import { grantsOf } from '../../permissions/permissions.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { type AccountRow, accountColumns, actorUser } from '../account.ts';
import { findAccountForSignIn } from '../sign-in-store.ts';
import { type LockRules, lockRules } from './lock-rules.ts';
import { type CountRow, listCounts } from './lock-store.ts';
import { clearLocks, denialOf, type LiftedBy, type LockKind, subjectOf } from './locks.ts';

/** One closed way to sign in. */
export interface Lock {
  /** The account's user name; of a name that nobody has, what was typed. */
  readonly username: string;
  readonly user: ActorUser | null;
  readonly kind: LockKind;
  /** Where the failures came from: an address, an IPv6 /64, a known device; null: everywhere. */
  readonly address: string | null;
  readonly failures: number;
  readonly since: number;
  readonly lastFailedAt: number;
}

export interface SourceCount {
  readonly address: string | null;
  readonly failures: number;
  readonly lastFailedAt: number;
}

const most = 1000;

/** Who is locked out, latest failure first; of one name, or of all. Throws Forbidden unless asked by an administrator. */
export async function viewLocks(site: Site, asker: Asker, username?: string): Promise<Lock[]> {
  await requireAdministrator(site, asker);
  return listLocks(site, asker.actor.revision, username);
}

/** The failures in a row of one name, by source. Throws Forbidden unless asked by an administrator. */
export async function viewCounts(site: Site, asker: Asker, username: string): Promise<SourceCount[]> {
  await requireAdministrator(site, asker);
  const { subject } = await subjectNamed(site, username);
  const rows = await listCounts(site.db, site.clock.now(), { subject, limit: most });
  return rows.map((row) => ({
    address: addressOf(row.source),
    failures: row.failures,
    lastFailedAt: row.lastFailedAt,
  }));
}

/** For the command line as well, which asks nobody. */
export async function listLocks(site: Site, revision: number, username?: string): Promise<Lock[]> {
  const rules = lockRules(site.config, await settingsAt(site.db, revision));
  const of = username === undefined ? {} : { subject: (await subjectNamed(site, username)).subject };
  const rows = await listCounts(site.db, site.clock.now(), { ...of, limit: most });
  const users = await accountsOf(site, rows);
  return rows.flatMap((row) => {
    const kind = kindOf(row, rules);
    if (kind === undefined) return [];
    const user = users.get(row.subject) ?? null;
    return [
      {
        username: user?.name ?? row.name,
        user,
        kind,
        address: addressOf(row.source),
        failures: row.failures,
        since: row.lockedAt ?? row.lastFailedAt,
        lastFailedAt: row.lastFailedAt,
      },
    ];
  });
}

/** Resets the failed login count of an account. Throws Forbidden unless asked by an administrator. */
export async function lift(site: Site, asker: Asker, username: string): Promise<void> {
  await requireAdministrator(site, asker);
  await liftLocks(site, username, { by: 'administrator', source: asker.source, asker });
}

/** Whether there was anything to lift. */
export async function liftLocks(
  site: Site,
  username: string,
  lifted: { by: LiftedBy; source: Source; asker?: Asker },
): Promise<boolean> {
  const { subject, name } = await subjectNamed(site, username);
  return inTransaction(site.db, (trx) => clearLocks(trx, site, subject, { ...lifted, name }));
}

async function subjectNamed(site: Site, username: string): Promise<{ subject: string; name: string }> {
  const folded = fold(username).trim();
  const [row] = await findAccountForSignIn(site.db, { folded, nobody: subjectOf(null, folded) });
  return { subject: subjectOf(row?.user_id, folded), name: row?.name ?? username };
}

async function accountsOf(site: Site, rows: readonly CountRow[]): Promise<Map<string, ActorUser>> {
  const ids = [
    ...new Set(rows.map(({ subject }) => subject).filter((subject) => subject.startsWith('u:'))),
  ].map((subject) => Number(subject.slice(2)));
  if (ids.length === 0) return new Map();
  const found = await site.db
    .selectFrom('users')
    .select([...accountColumns])
    .where('users.id', 'in', ids)
    .execute();
  return new Map(found.map((row) => [subjectOf(row.user_id, ''), actorUser(row as AccountRow)]));
}

function kindOf(row: CountRow, rules: LockRules): LockKind | undefined {
  const none = { failures: 0, passwordFailures: 0, reserved: 0, lockedAt: null };
  const counts = row.source === '' ? { pair: none, account: row } : { pair: row, account: none };
  const strictRow = row.source === '*';
  if (strictRow !== rules.strict && row.source !== '') return undefined;
  return denialOf(counts, { kind: 'password', knownDevice: false, captchaPassed: false }, rules);
}

const addressOf = (source: string): string | null => (source === '' || source === '*' ? null : source);

async function requireAdministrator(site: Site, asker: Asker): Promise<void> {
  const grants = await grantsOf(site, asker.actor);
  if (!(await grants.global('ADMINISTER'))) throw new Forbidden('You must be an administrator of this site.');
}
