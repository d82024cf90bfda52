import type { Db } from '../../db/tables.ts';

export interface Passkey {
  readonly id: number;
  readonly userId: number;
  readonly credentialId: string;
  readonly publicKey: string;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly backedUp: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

interface Row {
  id: number;
  user_id: number;
  credential_id: string;
  public_key: string;
  sign_count: number;
  transports: string;
  name: string;
  backed_up: 0 | 1;
  created_at: number;
  last_used_at: number | null;
}

const passkeyOf = (row: Row): Passkey => ({
  id: row.id,
  userId: row.user_id,
  credentialId: row.credential_id,
  publicKey: row.public_key,
  signCount: row.sign_count,
  transports: JSON.parse(row.transports),
  name: row.name,
  backedUp: row.backed_up === 1,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

export async function listPasskeys(db: Db, userId: number): Promise<Passkey[]> {
  const rows = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
  return rows.map(passkeyOf);
}

export async function findPasskey(db: Db, credentialId: string): Promise<Passkey | undefined> {
  const row = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .executeTakeFirst();
  return row && passkeyOf(row);
}

/** False: an account has it already. */
export async function insertPasskey(trx: Db, passkey: Omit<Passkey, 'id' | 'lastUsedAt'>): Promise<boolean> {
  const rows = await trx
    .insertInto('passkeys')
    .values({
      user_id: passkey.userId,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      sign_count: passkey.signCount,
      transports: JSON.stringify(passkey.transports),
      name: passkey.name,
      backed_up: passkey.backedUp ? 1 : 0,
      created_at: passkey.createdAt,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Whether the count went on from what was checked; false: another use came first. */
export async function notePasskeyUse(
  trx: Db,
  { id, signCount: before }: Passkey,
  { signCount, at }: { readonly signCount: number; readonly at: number },
): Promise<boolean> {
  const rows = await trx
    .updateTable('passkeys')
    .set({ sign_count: signCount, last_used_at: at })
    .where('id', '=', id)
    .where('sign_count', '=', before)
    .returning('id')
    .execute();
  return rows.length > 0;
}

export async function renamePasskey(
  trx: Db,
  userId: number,
  id: number,
  name: string,
): Promise<string | undefined> {
  const before = await trx
    .selectFrom('passkeys')
    .select('name')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (before === undefined) return undefined;
  await trx.updateTable('passkeys').set({ name }).where('id', '=', id).execute();
  return before.name;
}

/** Its name; undefined: the account has no such passkey. */
export async function deletePasskey(trx: Db, userId: number, id: number): Promise<string | undefined> {
  const row = await trx
    .deleteFrom('passkeys')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning('name')
    .executeTakeFirst();
  return row?.name;
}

export async function deletePasskeysOf(trx: Db, userId: number): Promise<void> {
  await trx.deleteFrom('passkeys').where('user_id', '=', userId).execute();
}

export async function insertChallenge(
  trx: Db,
  challenge: {
    readonly hash: string;
    readonly purpose: string;
    readonly userId: number | null;
    readonly expiresAt: number;
  },
  now: number,
): Promise<void> {
  await trx.deleteFrom('webauthn_challenges').where('expires_at', '<=', now).execute();
  await trx
    .insertInto('webauthn_challenges')
    .values({
      challenge_hash: challenge.hash,
      purpose: challenge.purpose,
      user_id: challenge.userId,
      expires_at: challenge.expiresAt,
    })
    .execute();
}

/** Whether the challenge was open, for that purpose and account; it is used up either way (M4). */
export async function spendChallenge(
  trx: Db,
  { hash, purpose, userId, now }: { hash: string; purpose: string; userId: number | null; now: number },
): Promise<boolean> {
  const row = await trx
    .deleteFrom('webauthn_challenges')
    .where('challenge_hash', '=', hash)
    .returningAll()
    .executeTakeFirst();
  return row !== undefined && row.purpose === purpose && row.user_id === userId && row.expires_at > now;
}
