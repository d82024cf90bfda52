import { BadRequest } from '../errors.ts';
import { parseDuration } from './durations.ts';

/** What logging work does to the remaining estimate, as the query asks for it. */
export interface AdjustmentAsked {
  readonly adjustEstimate?: string | undefined;
  readonly newEstimate?: string | undefined;
  /** Of new work and of work that is taken back. */
  readonly reduceBy?: string | undefined;
  readonly increaseBy?: string | undefined;
}

/** The remaining estimate after work of `change` seconds more; negative: less. */
export type Adjustment = (remaining: number | null, change: number) => number | null;

const none = (remaining: number | null) => remaining;
const automatic: Adjustment = (remaining, change) => Math.max(0, (remaining ?? 0) - change);

/** `manual`: the parameter that says by how much; a change of a worklog has none. Throws BadRequest. */
export function parseAdjustment(
  asked: AdjustmentAsked,
  manual: 'reduceBy' | 'increaseBy' | undefined,
): Adjustment {
  switch (asked.adjustEstimate?.toLowerCase()) {
    case undefined:
    case '':
    case 'auto':
      return automatic;
    case 'leave':
      return none;
    case 'new': {
      const estimate = parseDuration(asked.newEstimate ?? '');
      if (estimate === undefined) {
        throw new BadRequest({ fields: { newEstimate: 'You must supply a valid new estimate.' } });
      }
      return () => estimate;
    }
    case 'manual': {
      if (manual === undefined) break;
      const amount = parseDuration(asked[manual] ?? '');
      if (amount === undefined) {
        const message = 'You must supply a valid amount of time to adjust the estimate by.';
        throw new BadRequest({ fields: { adjustmentAmount: message } });
      }
      const by = manual === 'reduceBy' ? -amount : amount;
      return (remaining) => Math.max(0, (remaining ?? 0) + by);
    }
  }
  const modes = manual === undefined ? 'auto, leave, new' : 'auto, leave, manual, new';
  throw new BadRequest({ fields: { adjustEstimate: `adjustEstimate must be one of ${modes}.` } });
}
