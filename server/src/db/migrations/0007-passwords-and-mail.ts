import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Mail that waits to be sent, links that set a password or prove an address, and earlier addresses of accounts. */
export const passwordsAndMail: Migration = {
  name: '0007-passwords-and-mail',
  async up(db, { text, identity }) {
    const statements = [
      `create table mails (
        id ${identity},
        recipient text not null,
        subject text not null,
        text_body text not null,
        html_body text,
        created_at bigint not null,
        give_up_at bigint not null,
        next_attempt_at bigint not null,
        attempts integer not null,
        last_error text)`,
      'create index mails_by_next_attempt on mails (next_attempt_at)',
      `create table user_email_aliases (
        email_folded text primary key,
        email text not null,
        user_id bigint not null references users (id) on delete cascade,
        created_at bigint not null)`,
      'create index user_email_aliases_by_user on user_email_aliases (user_id)',
      `create table verified_emails (
        user_id bigint primary key references users (id) on delete cascade,
        email_folded text not null,
        verified_at bigint not null)`,
      // Links that prove an address: the account's own, or the one it shall have.
      `create table email_codes (
        code_hash text primary key,
        user_id bigint not null references users (id) on delete cascade,
        email text not null,
        created_at bigint not null,
        expires_at bigint not null,
        used_at bigint)`,
      'create index email_codes_by_user on email_codes (user_id)',
      'create index email_codes_by_expiry on email_codes (expires_at)',
      // Links that set a password: 'reset', or 'invite' for an account that has none yet.
      `create table password_codes (
        code_hash text primary key,
        user_id bigint not null references users (id) on delete cascade,
        purpose text not null,
        email_folded text not null,
        created_at bigint not null,
        expires_at bigint not null,
        used_at bigint)`,
      'create index password_codes_by_user on password_codes (user_id)',
      'create index password_codes_by_expiry on password_codes (expires_at)',
      `create table password_uses (
        user_id bigint primary key references users (id) on delete cascade,
        use_count bigint not null,
        first_used_at bigint not null,
        last_used_at bigint not null,
        address text not null,
        user_agent text not null)`,
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
