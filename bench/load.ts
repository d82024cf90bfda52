import { spawnSync } from 'node:child_process';
import autocannon from 'autocannon';

export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** wrk costs the machine less than a load generator in JavaScript, so it is taken where it is installed. */
export const generator: 'wrk' | 'autocannon' =
  spawnSync('wrk', ['--version']).error === undefined ? 'wrk' : 'autocannon';

/** Requests per second over `seconds`; a single answer other than 2xx is an error. */
export async function requestsPerSecond(target: Target, seconds: number): Promise<number> {
  return generator === 'wrk' ? withWrk(target, seconds) : withAutocannon(target, seconds);
}

const connections = 16;

async function withWrk({ url, headers }: Target, seconds: number): Promise<number> {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`];
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
  const { stdout } = spawnSync('wrk', [...args, url], { encoding: 'utf8' });
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}: ${stdout}`);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
  if (rate === undefined) throw new Error(`wrk printed no rate for ${url}: ${stdout}`);
  return Number(rate);
}

async function withAutocannon({ url, headers }: Target, seconds: number): Promise<number> {
  const result = await autocannon({ url, headers, connections, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} non-2xx, ${result.errors} errors`);
  return result.requests.average;
}
