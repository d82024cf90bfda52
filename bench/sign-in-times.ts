import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../server/src/app.ts';
import { hashPassword } from '../server/src/auth/passwords/passwords.ts';
import { readConfig } from '../server/src/config.ts';
import { addUser } from '../server/src/users/new-user.ts';

/**
 * `node bench/sign-in-times.ts [SAMPLES]`: whether the time of a refused sign-in tells which names exist (N2).
 * Interleaved requests for each kind of name; the figure is how well the best single threshold on the time would
 * tell a kind from a wrong password (area under the curve: 0.5 is chance, 0.55 the limit).
 */
const samples = Number(process.argv[2] ?? 1000);
const folder = mkdtempSync(join(tmpdir(), 'tessera-times-'));
const config = readConfig({
  env: { TESSERA_DATA: folder, TESSERA_PORT: '0', TESSERA_LOGIN_ATTEMPTS: '', TESSERA_LOG_LEVEL: 'silent' },
  demo: false,
});
const app = await createApp(config);
await app.server.listen({ host: '127.0.0.1', port: 0 });
const url = `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}/rest/api/2/myself`;
const { db, clock } = app.site;
// Every attempt shall be looked at, however many there are.
const unlimited = { signInFailuresPerNetwork: 'null', signInAlarmFactor: 'null' };
await db
  .insertInto('settings')
  .values(Object.entries(unlimited).map(([key, value]) => ({ key, value, updated_at: clock.now() })))
  .execute();

const passwordHash = await hashPassword(config, 'right');
for (const name of ['wrong', 'disabled', 'unset']) {
  await addUser(db, clock, {
    name,
    email: `${name}@example.com`,
    displayName: name,
    accountId: randomUUID(),
    passwordHash,
    timeZone: 'UTC',
    locale: 'en_US',
  });
}
await db.updateTable('users').set({ active: 0 }).where('name', '=', 'disabled').execute();
await db.updateTable('users').set({ password_hash: null }).where('name', '=', 'unset').execute();

const kinds = ['wrong', 'unknown', 'disabled', 'unset'] as const;
const times = Object.fromEntries(kinds.map((kind) => [kind, [] as number[]]));
for (let n = -20; n < samples; n++) {
  // Far from the ceiling of guesses, so that every attempt is looked at.
  if (n % 40 === 0) await db.deleteFrom('sign_in_failures').execute();
  for (const kind of [...kinds].sort(() => Math.random() - 0.5)) {
    const headers = { Authorization: `Basic ${Buffer.from(`${kind}:guess ${n}`).toString('base64')}` };
    const began = performance.now();
    const reply = await fetch(url, { headers });
    await reply.text();
    if (reply.status !== 401) throw new Error(`${kind}: ${reply.status}`);
    if (n >= 0) times[kind]!.push(performance.now() - began);
  }
}
await app.close();
rmSync(folder, { recursive: true, force: true });

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const areaUnderCurve = (these: number[], those: number[]): number => {
  let above = 0;
  for (const a of these) for (const b of those) above += a > b ? 1 : a === b ? 0.5 : 0;
  const share = above / (these.length * those.length);
  return Math.max(share, 1 - share);
};
for (const kind of kinds) {
  const area = areaUnderCurve(times[kind]!, times.wrong!);
  console.log(`${kind.padEnd(10)} median ${median(times[kind]!).toFixed(2)} ms   area ${area.toFixed(3)}`);
}
