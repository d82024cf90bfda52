import type { Db } from '../db/tables.ts';
import { NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { jiraTime } from '../lib/jira-time.ts';
import type { NewRefusal } from './refusal-store.ts';
import { refusalText } from './refusal-texts.ts';
import type { Refusals } from './refusals.ts';

/** Why a request was refused, and what would help. */
export interface Explanation {
  readonly requestId: string;
  readonly at: string;
  readonly status: number;
  readonly step: string;
  readonly title: string;
  readonly explanation: string;
  readonly help: string;
  readonly method: string;
  /** The route's pattern; null: no route has the address. */
  readonly path: string | null;
  readonly address: string;
  readonly userAgent: string;
  readonly account: { readonly name: string; readonly displayName: string } | null;
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface ExplanationParts {
  readonly db: Db;
  readonly refusals: Pick<Refusals, 'find'>;
  readonly isAdministrator: (actor: Actor) => Promise<boolean>;
}

/**
 * For administrators every refusal, for others what concerns their own account. Anybody else, and any id that is
 * unknown, gets one and the same NotFound, after the same statements.
 */
export async function explainTo(
  { db, refusals, isAdministrator }: ExplanationParts,
  actor: Actor,
  requestId: string,
): Promise<Explanation> {
  const all = actor.user !== null && (await isAdministrator(actor));
  const refusal = await refusals.find(requestId);
  if (refusal === undefined || !(all || concerns(refusal, actor))) {
    throw new NotFound(
      'No refused request that you may see is kept under this id. They are kept for seven days.',
    );
  }
  return explain(db, refusal, all);
}

/** A refusal that names an account is that account's; else it is that of whoever was signed in. */
function concerns({ user_id, asker_id }: NewRefusal, { user }: Actor): boolean {
  return user !== null && (user_id ?? asker_id) === user.id;
}

/** `unveiled`: for an administrator, who may know what was hidden. */
export async function explain(db: Db, refusal: NewRefusal, unveiled: boolean): Promise<Explanation> {
  const { shownAs } = refusalText(refusal.step);
  const veiled = shownAs !== undefined && !unveiled;
  const step = veiled ? shownAs : refusal.step;
  const { title, explanation, help } = refusalText(step);
  const userId = refusal.user_id ?? refusal.asker_id;
  return {
    requestId: refusal.request_id,
    at: jiraTime(refusal.at),
    status: refusal.status,
    step,
    title,
    explanation,
    help,
    method: refusal.method,
    path: refusal.path === '' ? null : refusal.path,
    address: refusal.address,
    userAgent: refusal.user_agent,
    account: userId === null ? null : await findAccount(db, userId),
    facts: veiled || refusal.facts === null ? {} : readableFacts(JSON.parse(refusal.facts)),
  };
}

async function findAccount(db: Db, id: number): Promise<Explanation['account']> {
  const row = await db
    .selectFrom('users')
    .select(['name', 'display_name'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : { name: row.name, displayName: row.display_name };
}

/** Moments (`expiresAt`) are numbers of milliseconds in a fact, and times for who reads it. */
function readableFacts(facts: Record<string, string | number>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [
      key,
      key.endsWith('At') && typeof value === 'number' ? jiraTime(value) : value,
    ]),
  );
}
