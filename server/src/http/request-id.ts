import { randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';

/**
 * Jira's form, `764x10559x1`: minute of the day, running number, and here a random word per process, so
 * that two processes or two days never share an id in the audit log.
 */
export function requestIds(clock: Clock): () => string {
  const process = randomBytes(5).toString('hex');
  let count = 0;
  return () => `${Math.floor(clock.now() / 60_000) % 1440}x${++count}x${process}`;
}
