import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './child.ts';
import { residentMb } from './start-time.ts';

export interface FloodFigures {
  readonly quietP99Ms: number;
  readonly floodP99Ms: number;
  /** Answers to right tokens during the flood that were not 200. */
  readonly errors: number;
  /** Wrong passwords sent in a second. */
  readonly sentPerSecond: number;
  readonly floodStatuses: Readonly<Record<string, number>>;
  readonly grownMb: number;
  /** Above what it was before, some time after the flood. */
  readonly leftMb: number;
}

const tokensPerSecond = 100;
const passwordsPerSecond = 500;

/**
 * Wrong passwords of unknown names, each from a network of its own (the server trusts this machine's X-Forwarded-For),
 * while somebody works with a token. Latencies are of the token traffic, which is sent at a steady rate and timed from
 * when each request was due, so that a stall is not left out.
 */
export async function measureFlood(
  server: Child,
  headers: Readonly<Record<string, string>>,
  seconds: number,
): Promise<FloodFigures> {
  const url = `${server.url}/rest/api/2/myself`;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const floodAgent = new http.Agent({ keepAlive: true, maxSockets: 128 });
  const token = () => status(url, headers, agent);
  await steady(token, tokensPerSecond, 2);
  const resident = () => residentMb(server.process.pid!) ?? Number.NaN;
  const before = resident();
  const quiet = await steady(token, tokensPerSecond, Math.min(seconds, 20));

  let sent = 0;
  const floodStatuses: Record<string, number> = {};
  const wrong = async () => {
    const n = sent++;
    const name = Buffer.from(`nobody${n}:wrong`).toString('base64');
    const address = `${20 + ((n >> 16) % 100)}.${(n >> 8) & 255}.${n & 255}.1`;
    const answer = await status(
      url,
      { Authorization: `Basic ${name}`, 'X-Forwarded-For': address },
      floodAgent,
    );
    floodStatuses[answer] = (floodStatuses[answer] ?? 0) + 1;
    return answer;
  };
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, resident());
  }, 500);
  const [flooded] = await Promise.all([
    steady(token, tokensPerSecond, seconds),
    steady(wrong, passwordsPerSecond, seconds),
  ]);
  clearInterval(watch);
  await delay(10_000);
  const after = resident();
  agent.destroy();
  floodAgent.destroy();
  return {
    quietP99Ms: percentile(quiet.latencies, 0.99),
    floodP99Ms: percentile(flooded.latencies, 0.99),
    errors:
      flooded.statuses.filter((one) => one !== 200).length +
      quiet.statuses.filter((one) => one !== 200).length,
    sentPerSecond: sent / seconds,
    floodStatuses,
    grownMb: most - before,
    leftMb: after - before,
  };
}

interface Steady {
  readonly latencies: number[];
  readonly statuses: number[];
}

/** Sends at a rate, whatever comes back; each latency counts from when its request was due. */
async function steady(one: () => Promise<number>, perSecond: number, seconds: number): Promise<Steady> {
  const latencies: number[] = [];
  const statuses: number[] = [];
  const pending: Promise<void>[] = [];
  const start = performance.now();
  const total = perSecond * seconds;
  for (let n = 0; n < total; ) {
    const due = start + (n * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 1) await delay(wait);
    pending.push(
      one().then((answer) => {
        latencies.push(performance.now() - due);
        statuses.push(answer);
      }),
    );
    n++;
  }
  await Promise.all(pending);
  return { latencies, statuses };
}

function status(url: string, headers: Readonly<Record<string, string>>, agent: http.Agent): Promise<number> {
  return new Promise((resolve) => {
    http
      .get(url, { headers, agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      })
      .on('error', () => resolve(0));
  });
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
