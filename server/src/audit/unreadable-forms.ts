import type { Source } from '../identity.ts';
import { afterwards } from '../lib/afterwards.ts';
import type { Site } from '../site.ts';
import { audit } from './audit.ts';

/** A form that carries a credential, and could not be read: too long, cut off, or not a form. */
export interface UnreadableForm {
  readonly source: Source;
  /** The route's pattern. */
  readonly routePath: string;
  readonly status: number;
}

const againMs = 60_000;
const mostAddresses = 500;
const mostWaiting = 100;

/**
 * Puts such forms on record: somebody may be looking for a way in. One a minute for an address and so many at once: to send
 * them costs nothing, to write them does. Nothing was looked at, so it is done after the answer.
 */
export function recordUnreadableForms({ db, clock, log }: Pick<Site, 'db' | 'clock' | 'log'>): {
  note(form: UnreadableForm): void;
  settled(): Promise<void>;
} {
  const notedAt = new Map<string, number>();
  const { add, settled } = afterwards<UnreadableForm>(
    mostWaiting,
    ({ source, routePath, status }) =>
      audit(db, clock, {
        event: 'sign-in.unreadable',
        outcome: 'refused',
        source,
        detail: { route: routePath, status },
      }),
    (error) => log.error({ err: error }, 'a form that could not be read was not put on record'),
  );
  return {
    note(form) {
      const now = clock.now();
      for (const [address, at] of notedAt) if (now - at >= againMs) notedAt.delete(address);
      if (notedAt.has(form.source.address) || notedAt.size >= mostAddresses) return;
      if (add(form)) notedAt.set(form.source.address, now);
    },
    settled,
  };
}
