import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** One-time codes, recovery codes, passkeys, and sign-ins that wait for their second step. */
export const secondFactors: Migration = {
  name: '0012-second-factors',
  async up(db, { text, identity }) {
    const statements = [
      // Kept true by whoever adds or removes a factor, so that the statement that signs in need not look for them.
      'alter table users add column has_factor integer not null default 0',
      // sealed_seed: the seed of an authenticator app; last_step: the newest time step whose code was used.
      `create table totp_factors (
        user_id bigint primary key references users (id) on delete cascade,
        sealed_seed text not null,
        confirmed_at bigint,
        last_step bigint not null,
        created_at bigint not null,
        last_used_at bigint)`,
      `create table recovery_codes (
        code_hash text primary key,
        user_id bigint not null references users (id) on delete cascade,
        created_at bigint not null,
        used_at bigint)`,
      'create index recovery_codes_by_user on recovery_codes (user_id)',
      `create table passkeys (
        id ${identity},
        user_id bigint not null references users (id) on delete cascade,
        credential_id text not null unique,
        public_key text not null,
        sign_count bigint not null,
        transports text not null,
        name text not null,
        backed_up integer not null,
        created_at bigint not null,
        last_used_at bigint)`,
      'create index passkeys_by_user on passkeys (user_id)',
      // Each is answered once, within minutes.
      `create table webauthn_challenges (
        challenge_hash text primary key,
        purpose text not null,
        user_id bigint references users (id) on delete cascade,
        expires_at bigint not null)`,
      'create index webauthn_challenges_by_expiry on webauthn_challenges (expires_at)',
      'create index webauthn_challenges_by_user on webauthn_challenges (user_id)',
      // Whose first step was right; the browser holds the secret.
      `create table pending_sign_ins (
        secret_hash text primary key,
        user_id bigint not null references users (id) on delete cascade,
        via text not null,
        opening text not null,
        return_to text,
        wrong_codes integer not null,
        created_at bigint not null,
        expires_at bigint not null)`,
      'create index pending_sign_ins_by_user on pending_sign_ins (user_id)',
      'create index pending_sign_ins_by_expiry on pending_sign_ins (expires_at)',
      // Wrong codes in a row over all sign-ins of an account.
      `create table factor_failures (
        user_id bigint primary key references users (id) on delete cascade,
        failures integer not null,
        last_failed_at bigint not null)`,
      // Members of these groups must have a second factor.
      `create table factor_groups (
        group_id bigint primary key references groups (id) on delete cascade)`,
      // The second step is not asked for on this device until then.
      'alter table known_devices add column second_step_until bigint',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
