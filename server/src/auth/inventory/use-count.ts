import { inTransaction } from '../../db/transaction.ts';
import { scopeThatOpens } from '../../http/required-scope.ts';
import type { Identity, RouteScope } from '../../identity.ts';
import { batching } from '../../lib/batching.ts';
import type { Site } from '../../site.ts';
import { addUses, deleteUsesBefore, type UsedKind } from './use-store.ts';

const dayMs = 86_400_000;
const flushEveryMs = 5_000;
/** Days of use that are kept. */
export const daysKept = 90;
const batch = 500;

export const dayOf = (ms: number): number => Math.floor(ms / dayMs);

interface Pending {
  readonly kind: UsedKind;
  readonly id: number;
  readonly day: number;
  requests: number;
  readonly scopes: Set<string>;
}

/** Counts what programs do with their credentials; never on a request's path. */
export interface UseCount {
  note(identity: Identity, scope: RouteScope | null): void;
  /** Writes what is pending. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function countUse({ db, clock, log }: Pick<Site, 'db' | 'clock' | 'log'>): UseCount {
  let pending = new Map<string, Pending>();
  let cleanedDay = 0;

  const write = async (): Promise<void> => {
    const today = dayOf(clock.now());
    const uses = [...pending.values()];
    pending = new Map();
    for (let i = 0; i < uses.length; i += batch) {
      const some = uses.slice(i, i + batch);
      try {
        await inTransaction(db, async (trx) => {
          for (const one of some) await addUses(trx, one);
        });
      } catch (error) {
        for (const one of uses.slice(i)) merge(pending, one);
        throw error;
      }
    }
    if (cleanedDay === today) return;
    await deleteUsesBefore(db, today - daysKept);
    cleanedDay = today;
  };
  const failed = (error: unknown) => log.error({ err: error }, 'use of credentials not written');
  const batches = batching(flushEveryMs, write, failed);

  return {
    note(identity, scope) {
      const { via, credentialId, limits } = identity;
      if (credentialId === null || (via !== 'api-token' && via !== 'oauth1' && via !== 'oauth2')) return;
      const day = dayOf(clock.now());
      const key = `${via} ${credentialId} ${day}`;
      let uses = pending.get(key);
      if (uses === undefined) {
        uses = { kind: via, id: credentialId, day, requests: 0, scopes: new Set() };
        pending.set(key, uses);
      }
      uses.requests++;
      const opened = scope === null ? undefined : scopeThatOpens(limits, scope);
      if (opened !== undefined) uses.scopes.add(opened);
      batches.soon();
    },
    flush: batches.flush,
    close: () => batches.flush().catch(failed),
  };
}

function merge(pending: Map<string, Pending>, one: Pending): void {
  const key = `${one.kind} ${one.id} ${one.day}`;
  const there = pending.get(key);
  if (there === undefined) {
    pending.set(key, one);
    return;
  }
  there.requests += one.requests;
  for (const scope of one.scopes) there.scopes.add(scope);
}
