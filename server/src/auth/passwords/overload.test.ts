import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Config } from '../../config.ts';
import { queued } from './hashing-queue.ts';
import { hashPassword, passwordMatches } from './passwords.ts';

const config = { passwordMemoryKib: 64, passwordPasses: 1 } as Config;

test('a flood that meets the first sign-in does not shut out unknown names for good', async () => {
  const flood = Array.from({ length: 50 }, () => hashPassword(config, 'x'));
  const known = passwordMatches(config, 'x', '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA');
  const unknown = passwordMatches(config, 'x', null);
  const outcomes = await Promise.allSettled([...flood, known, unknown]);
  expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
  expect(await passwordMatches(config, 'x', null)).toBe(false);
});

test('no more run at once than there are places, whenever the next one comes', async () => {
  const places = Math.max(1, Math.min(3, availableParallelism() - 1));
  let running = 0;
  let most = 0;
  const work = async (until: Promise<unknown>) => {
    most = Math.max(most, ++running);
    await until;
    running--;
  };
  const gate = delay(20);
  const first = Array.from({ length: places }, () => queued(() => work(gate)));
  const second = Array.from({ length: places }, () => queued(() => work(delay(20))));
  const late: Promise<void>[] = [];
  let hop: Promise<unknown> = gate;
  for (let i = 0; i < 12; i++) {
    hop = hop.then(() => {
      late.push(queued(() => work(delay(5))));
    });
  }
  await Promise.all([...first, ...second, hop]);
  await Promise.all(late);
  expect(most).toBe(places);
});
