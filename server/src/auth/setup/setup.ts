import { randomUUID } from 'node:crypto';
import { audit } from '../../audit/audit.ts';
import { builtIn } from '../../db/migrations/fresh-site.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Conflict } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { addUser, type NewUser } from '../../users/new-user.ts';
import { aboutPerson } from '../passwords/about-person.ts';
import { hashNewPassword } from '../passwords/passwords.ts';

const codeLifeMs = 3_600_000;

/** A site without accounts can be set up. */
export async function setupIsOpen(site: Site): Promise<boolean> {
  const user = await site.db.selectFrom('users').select('id').limit(1).executeTakeFirst();
  return user === undefined;
}

/** A new one-time code; earlier ones stop counting. Dies after one use or one hour (P15). */
export async function issueSetupCode(site: Site): Promise<string> {
  const code = makeSecret('tss').slice(4);
  await inTransaction(site.db, async (trx) => {
    await trx.deleteFrom('setup_codes').execute();
    await trx
      .insertInto('setup_codes')
      .values({ code_hash: sha256(code), expires_at: site.clock.now() + codeLifeMs })
      .execute();
    await audit(trx, site.clock, {
      event: 'setup-code.issued',
      outcome: 'ok',
      source: { address: '', userAgent: '', requestId: '' },
      via: 'command-line',
    });
  });
  return code;
}

export async function setupCodeIsValid(site: Site, code: string): Promise<boolean> {
  const row = await site.db
    .selectFrom('setup_codes')
    .select('expires_at')
    .where('code_hash', '=', sha256(code))
    .executeTakeFirst();
  return row !== undefined && row.expires_at > site.clock.now() && (await setupIsOpen(site));
}

export interface FirstAdministrator
  extends Omit<NewUser, 'accountId' | 'passwordHash' | 'timeZone' | 'locale'> {
  readonly password: string;
}

/** Makes the first administrator with a set-up code; the code is used up even if two use it at once. */
export async function setUp(
  site: Site,
  code: string,
  admin: FirstAdministrator,
  source: Source,
): Promise<void> {
  // Anybody may ask: no costly hash without a code that counts.
  if (!(await setupCodeIsValid(site, code))) throw codeRefused();
  const hash = await hashNewPassword(site.config, admin.password, await aboutPerson(site, admin));
  await inTransaction(site.db, async (trx) => {
    const used = await trx
      .deleteFrom('setup_codes')
      .where('code_hash', '=', sha256(code))
      .where('expires_at', '>', site.clock.now())
      .returning('code_hash')
      .execute();
    if (used.length === 0) throw codeRefused();
    if (!(await setupIsOpen({ ...site, db: trx }))) throw new Conflict('This site has been set up already.');
    await addAdministrator({ ...site, db: trx }, admin, hash, source);
  });
}

function codeRefused(): BadRequest {
  return new BadRequest(
    'This set-up link has been used or has expired. Restart the server: it prints a new one as long as there is no account.',
  );
}

/** The administrator that the configuration names, on the first start only. */
export async function createConfiguredAdministrator(site: Site): Promise<boolean> {
  const { adminEmail, adminPassword } = site.config;
  if (adminEmail === undefined || adminPassword === undefined || !(await setupIsOpen(site))) return false;
  const name = adminEmail.split('@')[0]!;
  const about = await aboutPerson(site, { name, email: adminEmail, displayName: name });
  const hash = await hashNewPassword(site.config, adminPassword, about);
  return inTransaction(site.db, async (trx) => {
    if (!(await setupIsOpen({ ...site, db: trx }))) return false;
    const admin = { name, email: adminEmail, displayName: name, password: '' };
    await addAdministrator({ ...site, db: trx }, admin, hash, { address: '', userAgent: '', requestId: '' });
    return true;
  });
}

async function addAdministrator(
  site: Site,
  admin: FirstAdministrator,
  passwordHash: string,
  source: Source,
): Promise<void> {
  const user = await addUser(site.db, site.clock, {
    name: admin.name,
    email: admin.email,
    displayName: admin.displayName,
    accountId: randomUUID(),
    passwordHash,
    timeZone: 'UTC',
    locale: 'en_US',
  });
  const { administrators, softwareUsers } = builtIn.groups;
  await site.db
    .insertInto('group_members')
    .values([administrators, softwareUsers].map((group_id) => ({ group_id, user_id: user.id })))
    .execute();
  await audit(site.db, site.clock, {
    event: 'site.set-up',
    outcome: 'ok',
    source,
    name: user.name,
    userId: user.id,
    subject: user.name,
    subjectType: 'user',
    subjectId: user.id,
  });
}
