import type { Db } from '../db/tables.ts';

export interface NewMail {
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly at: number;
  readonly giveUpAt: number;
}

export async function insertMail(trx: Db, mail: NewMail): Promise<void> {
  await trx
    .insertInto('mails')
    .values({
      recipient: mail.recipient,
      subject: mail.subject,
      text_body: mail.text,
      html_body: mail.html,
      created_at: mail.at,
      give_up_at: mail.giveUpAt,
      next_attempt_at: mail.at,
      attempts: 0,
      last_error: null,
    })
    .execute();
}

export interface WaitingMail {
  readonly id: number;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly createdAt: number;
  readonly giveUpAt: number;
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

/**
 * Takes the mail that has waited longest, until `leaseUntil`; undefined: none is due. Of several processes that see
 * the same one, one gets it: the update counts only for the state that was seen.
 */
export async function claimMail(
  db: Db,
  { now, leaseUntil }: { now: number; leaseUntil: number },
): Promise<WaitingMail | undefined> {
  for (;;) {
    const due = await db
      .selectFrom('mails')
      .select(['id', 'attempts'])
      .where('next_attempt_at', '<=', now)
      .orderBy('next_attempt_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (due === undefined) return undefined;
    const row = await db
      .updateTable('mails')
      .set({ next_attempt_at: leaseUntil, attempts: due.attempts + 1 })
      .where('id', '=', due.id)
      .where('attempts', '=', due.attempts)
      .where('next_attempt_at', '<=', now)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) continue;
    return {
      id: row.id,
      recipient: row.recipient,
      subject: row.subject,
      text: row.text_body,
      html: row.html_body,
      createdAt: row.created_at,
      giveUpAt: row.give_up_at,
      attempts: row.attempts,
    };
  }
}

export async function deleteMail(db: Db, id: number): Promise<void> {
  await db.deleteFrom('mails').where('id', '=', id).execute();
}

export async function postponeMail(db: Db, id: number, until: number, error: string): Promise<void> {
  await db
    .updateTable('mails')
    .set({ next_attempt_at: until, last_error: error })
    .where('id', '=', id)
    .execute();
}

export interface OutboxState {
  readonly waiting: number;
  /** The oldest that could not be sent so far. */
  readonly failing: { readonly since: number; readonly attempts: number; readonly error: string } | undefined;
}

/** For the health page. */
export async function readOutboxState(db: Db): Promise<OutboxState> {
  const { waiting } = await db
    .selectFrom('mails')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .executeTakeFirstOrThrow();
  const row = await db
    .selectFrom('mails')
    .select(['created_at', 'attempts', 'last_error'])
    .where('last_error', 'is not', null)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  return {
    waiting: Number(waiting),
    failing:
      row === undefined
        ? undefined
        : { since: row.created_at, attempts: row.attempts, error: row.last_error ?? '' },
  };
}
