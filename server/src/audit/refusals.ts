import type { Logger } from 'pino';
import type { Db } from '../db/tables.ts';
import type { AppError } from '../errors.ts';
import type { Identity, Source } from '../identity.ts';
import { batching } from '../lib/batching.ts';
import type { Clock } from '../lib/clock.ts';
import { findRefusal, insertRefusals, type NewRefusal } from './refusal-store.ts';

const flushEveryMs = 1_000;
const minuteMs = 60_000;
/** Kept per minute; beyond it they are counted, so that a flood of refusals is no flood of writes. */
const most = { perSource: 30, ofNobody: 600, ofSignedIn: 3_000 };
/** Sources that are told apart within a minute. */
const mostSources = 10_000;
/** Waiting to be written, when the database does not take them. */
const mostPending = 5_000;
const batch = 200;

/** A refused request as http tells of it. */
export interface RefusedRequest {
  readonly error: AppError;
  readonly identity: Identity | undefined;
  readonly source: Source;
  readonly method: string;
  readonly routePath: string | undefined;
}

/** Keeps refused requests for explanation, in batches, never on a request's path. */
export interface Refusals {
  note(refused: RefusedRequest): void;
  /** One that is not written yet is found as well. One statement, whatever the id. */
  find(requestId: string): Promise<NewRefusal | undefined>;
  /** Writes what is pending. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** `sourceOf`: what counts as one source of an address (a whole /64 of IPv6). */
export function keepRefusals(
  { db, clock, log }: { readonly db: Db; readonly clock: Clock; readonly log: Logger },
  sourceOf: (address: string) => string,
): Refusals {
  const pending = new Map<string, NewRefusal>();
  let minute = 0;
  let perSource = new Map<string, number>();
  let kept = { ofNobody: 0, ofSignedIn: 0 };
  let skipped = 0;

  const startMinute = (now: number): void => {
    if (Math.floor(now / minuteMs) === minute) return;
    minute = Math.floor(now / minuteMs);
    if (skipped > 0) log.warn({ skipped, sources: perSource.size }, 'more refusals than are kept');
    perSource = new Map();
    kept = { ofNobody: 0, ofSignedIn: 0 };
    skipped = 0;
  };

  /** Whether this one may be kept; people who are signed in are not crowded out by those who are not. */
  const hasRoom = ({ identity, source }: RefusedRequest): boolean => {
    const userId = identity?.actor.user?.id;
    const kind = userId === undefined ? 'ofNobody' : 'ofSignedIn';
    const key = userId === undefined ? sourceOf(source.address) : `user ${userId}`;
    const soFar = perSource.get(key) ?? 0;
    if (soFar >= most.perSource || kept[kind] >= most[kind] || pending.size >= mostPending) return false;
    if (soFar === 0 && perSource.size >= mostSources) return false;
    perSource.set(key, soFar + 1);
    kept[kind]++;
    return true;
  };

  const write = async (): Promise<void> => {
    while (pending.size > 0) {
      const some = [...pending.values()].slice(0, batch);
      await insertRefusals(db, some);
      // Only now: until it is written it must be found here.
      for (const { request_id } of some) pending.delete(request_id);
    }
  };

  const failed = (error: unknown) => log.error({ err: error }, 'refusals not written');
  const { soon, flush } = batching(flushEveryMs, write, failed);

  return {
    note(refused) {
      const now = clock.now();
      startMinute(now);
      if (!hasRoom(refused)) {
        skipped++;
        return;
      }
      const row = rowOf(refused, now);
      pending.set(row.request_id, row);
      soon();
    },
    async find(requestId) {
      const waiting = pending.get(requestId);
      return (await findRefusal(db, requestId)) ?? waiting;
    },
    flush,
    close: () => flush().catch(failed),
  };
}

function rowOf({ error, identity, source, method, routePath }: RefusedRequest, at: number): NewRefusal {
  const { why } = error;
  return {
    request_id: source.requestId,
    at,
    status: error.status,
    step: why?.step ?? generalStep(error.status, identity),
    user_id: why?.userId ?? null,
    asker_id: identity?.actor.user?.id ?? null,
    via: identity?.via ?? 'anonymous',
    credential_id: identity?.credentialId ?? null,
    method,
    path: routePath ?? '',
    address: source.address,
    user_agent: source.userAgent,
    facts: why?.facts === undefined ? null : JSON.stringify(why.facts),
  };
}

function generalStep(status: number, identity: Identity | undefined): string {
  if (status === 429) return 'too-many-requests';
  if (identity !== undefined && identity.actor.user === null && status === 401) return 'not-signed-in';
  return status === 401 ? 'unauthenticated' : status === 403 ? 'forbidden' : 'refused';
}
