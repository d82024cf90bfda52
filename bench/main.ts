import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from './child.ts';
import { measureFlood } from './flood.ts';
import { generator, requestsPerSecond, type Target } from './load.ts';
import type { SiteFacts } from './site.ts';
import { measureStart, startEnv } from './start-time.ts';

/**
 * `npm run bench`: what is compared runs side by side, in turns, in one run; figures are medians, and what
 * counts are the ratios. TESSERA_BENCH_ROUNDS, TESSERA_BENCH_SECONDS and TESSERA_BENCH_FLOOD_SECONDS change how long
 * it takes.
 */
const rounds = Number(process.env.TESSERA_BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.TESSERA_BENCH_SECONDS ?? 4);
const floodSeconds = Number(process.env.TESSERA_BENCH_FLOOD_SECONDS ?? 60);

interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio: number | null;
  readonly goal: string;
}

const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
const bare = await startChild('bare-server.ts');
const tessera = await startChild('tessera-server.ts', { TESSERA_DATA: folder, TESSERA_PORT: '0' });
const { email, password, token, issueKey, commentedKey } = tessera.facts as SiteFacts;
const basic = (name: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
});
const headers = basic(email, token);
const api = `${tessera.url}/rest/api/2`;

const targets: Record<string, Target> = {
  bare: { url: `${bare.url}/bare`, headers: {} },
  read: { url: `${bare.url}/read`, headers: {} },
  serverInfo: { url: `${api}/serverInfo`, headers: {} },
  myself: { url: `${api}/myself`, headers },
  password: { url: `${api}/myself`, headers: basic(email, password) },
  issue: { url: `${api}/issue/${issueKey}`, headers },
  commented: { url: `${api}/issue/${commentedKey}`, headers },
};
const rates: Record<string, number[]> = {};
for (const target of Object.values(targets)) await requestsPerSecond(target, 1);
for (let round = 0; round < rounds; round++) {
  for (const [name, target] of Object.entries(targets)) {
    rates[name] ??= [];
    rates[name].push(await requestsPerSecond(target, seconds));
  }
}
await bare.stop();
await tessera.stop();
rmSync(folder, { recursive: true, force: true });

const crowdedFolder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
const crowded = await startChild('tessera-server.ts', {
  TESSERA_DATA: crowdedFolder,
  TESSERA_PORT: '0',
  TESSERA_BENCH_TOKENS: '1000000',
});
const crowdedToken = (crowded.facts as SiteFacts).token;
const serverInfo = `${crowded.url}/rest/api/2/serverInfo`;
const withToken: Target = { url: serverInfo, headers: basic(email, crowdedToken) };
const checks: number[] = [];
for (let round = 0; round < rounds; round++) {
  const anonymous = await requestsPerSecond({ url: serverInfo, headers: {} }, seconds);
  checks.push(1e6 / (await requestsPerSecond(withToken, seconds)) - 1e6 / anonymous);
}
await crowded.stop();
rmSync(crowdedFolder, { recursive: true, force: true });

const floodFolder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
const flooded = await startChild('tessera-server.ts', {
  TESSERA_DATA: floodFolder,
  TESSERA_PORT: '0',
  TESSERA_TRUSTED_PROXIES: '127.0.0.1',
  ...startEnv,
});
const floodToken = (flooded.facts as SiteFacts).token;
const flood = await measureFlood(flooded, basic(email, floodToken), floodSeconds);
await flooded.stop();
rmSync(floodFolder, { recursive: true, force: true });

await measureStart();
const starts = [];
for (let i = 0; i < 5; i++) starts.push(await measureStart());

const rate = (name: string): number => median(rates[name]!);
const against = (name: string): number => rate(name) / rate('bare');
const readyMs = median(starts.map((start) => start.readyMs));
const residentMb = median(starts.map((start) => start.residentMb ?? Number.NaN));
const rows: Row[] = [
  { what: 'bare Fastify route', value: rate('bare'), unit: '/s', ratio: 1, goal: '' },
  {
    what: 'bare route with one prepared read',
    value: rate('read'),
    unit: '/s',
    ratio: against('read'),
    goal: '',
  },
  {
    what: 'GET serverInfo, anonymous',
    value: rate('serverInfo'),
    unit: '/s',
    ratio: against('serverInfo'),
    goal: '',
  },
  {
    what: 'GET myself by API token',
    value: rate('myself'),
    unit: '/s',
    ratio: against('myself'),
    goal: '>= 0.30, then 0.50',
  },
  {
    what: 'GET myself by password, after its first use; ratio to the token',
    value: rate('password'),
    unit: '/s',
    ratio: rate('password') / rate('myself'),
    goal: '>= 0.80',
  },
  {
    what: 'GET issue (full shape) by API token',
    value: rate('issue'),
    unit: '/s',
    ratio: against('issue'),
    goal: '>= 0.15, then 0.30',
  },
  {
    what: 'the same with three comments',
    value: rate('commented'),
    unit: '/s',
    ratio: against('commented'),
    goal: '',
  },
  {
    what: 'token check, with 1,000,000 tokens stored',
    value: median(checks),
    unit: 'µs',
    ratio: null,
    goal: '<= 60',
  },
  { what: 'ready after start, empty data folder', value: readyMs, unit: 'ms', ratio: null, goal: '<= 1000' },
  { what: 'resident memory when ready', value: residentMb, unit: 'MB', ratio: null, goal: '<= 150' },
  { what: 'p99 by API token, quiet', value: flood.quietP99Ms, unit: 'ms', ratio: 1, goal: '' },
  {
    what: 'the same under 500 wrong passwords/s',
    value: flood.floodP99Ms,
    unit: 'ms',
    ratio: flood.floodP99Ms / flood.quietP99Ms,
    goal: '<= 2.00',
  },
  { what: 'errors of that token traffic', value: flood.errors, unit: '', ratio: null, goal: '0' },
  { what: 'memory grown by the flood', value: flood.grownMb, unit: 'MB', ratio: null, goal: '< 100' },
  { what: 'and left ten seconds after it', value: flood.leftMb, unit: 'MB', ratio: null, goal: '' },
];

process.stdout.write(
  `\n${table(rows)}\n\nload: ${generator}, ${rounds} rounds of ${seconds} s; ${availableParallelism()} cores; node ${process.version}\n`,
);
const results = fileURLToPath(new URL('results', import.meta.url));
mkdirSync(results, { recursive: true });
const file = join(results, 'latest.json');
writeFileSync(
  file,
  `${JSON.stringify({ at: new Date().toISOString(), node: process.version, generator, rounds, seconds, rows, rates, starts, flood }, null, 2)}\n`,
);
process.stdout.write(`written to ${file}\n`);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function table(lines: readonly Row[]): string {
  const width = Math.max(...lines.map((line) => line.what.length));
  return lines
    .map(({ what, value, unit, ratio, goal }) =>
      `${what.padEnd(width)}  ${value.toFixed(unit === 'ms' && value < 100 ? 1 : 0).padStart(7)} ${unit.padEnd(2)}  ${ratio === null ? '    ' : ratio.toFixed(2)}  ${goal}`.trimEnd(),
    )
    .join('\n');
}
