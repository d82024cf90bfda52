import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../server/src/app.ts';
import { readConfig } from '../server/src/config.ts';
import { startEmbeddedPostgres } from '../server/test/support/embedded-postgres.ts';
import { fillLargeSite } from './large-site.ts';
import { prepareSite } from './site.ts';

/**
 * `node bench/searches.ts [sqlite|postgres] [ISSUES]`: a page of 50 of ten typical queries among 100,000 issues with five
 * changes each, with the total, as `GET search` answers. The goal is 60 ms at the 95th percentile.
 */
const engine = process.argv[2] ?? 'sqlite';
const issues = Number(process.argv[3] ?? 100_000);
const rounds = 20;

const queries = [
  'project = P1 order by created desc',
  'assignee = currentUser() and resolution = Unresolved order by updated desc',
  'project = P2 and status = "In Progress" and priority in (High, Highest) order by priority desc, updated desc',
  'project in (P1, P3) and updated >= startOfWeek("-4w") order by updated desc',
  'text ~ "timeout invoice" order by updated desc',
  'labels in (l5, m7) and created >= -90d',
  'project = P4 and status was "In Progress" by currentUser()',
  'status changed from "In Progress" to Done after -14d order by updated desc',
  'project = P5 and status was not Done order by key',
  'issue in updatedBy(bench, "-30d") order by updated desc',
];

const folder = mkdtempSync(join(tmpdir(), 'tessera-searches-'));
// PostgreSQL may run as somebody else, who must get to its folder in this one.
chmodSync(folder, 0o711);
const postgres = engine === 'postgres' ? await startEmbeddedPostgres(folder) : undefined;
const config = readConfig({
  env: {
    ...process.env,
    ...(postgres && { TESSERA_DATABASE_URL: postgres.url }),
    TESSERA_DATA: folder,
    TESSERA_PORT: '0',
    TESSERA_LOG_LEVEL: 'silent',
  },
});
const app = await createApp(config);
await app.server.listen({ host: '127.0.0.1', port: 0 });
const url = `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`;
const { email, token } = await prepareSite(app.site, url);
const { id: userId } = await app.site.db
  .selectFrom('users')
  .select('id')
  .where('name', '=', 'bench')
  .executeTakeFirstOrThrow();
const began = performance.now();
await fillLargeSite(app.site.db, { issues, changesPerIssue: 5, userId });
await app.site.db
  .updateTable('config_revision')
  .set((eb) => ({ revision: eb('revision', '+', 1) }))
  .execute();
process.stdout.write(`filled in ${Math.round((performance.now() - began) / 1000)} s\n`);

const headers = { Authorization: `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}` };
const fields = 'summary,status,assignee,priority,updated';
for (const jql of queries) {
  const times: number[] = [];
  let total = 0;
  for (let round = 0; round < rounds + 2; round++) {
    const start = performance.now();
    const answer = await fetch(
      `${url}/rest/api/2/search?${new URLSearchParams({ jql, maxResults: '50', fields })}`,
      { headers },
    );
    const body = (await answer.json()) as any;
    if (!answer.ok) throw new Error(`${jql}: ${answer.status} ${JSON.stringify(body)}`);
    // The first ones warm up.
    if (round >= 2) times.push(performance.now() - start);
    total = body.total;
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.ceil(part * times.length) - 1]!.toFixed(1).padStart(6);
  process.stdout.write(`${at(0.5)} ${at(0.95)} ms  ${String(total).padStart(6)} found  ${jql}\n`);
}
await app.close();
await postgres?.stop();
rmSync(folder, { recursive: true, force: true });
