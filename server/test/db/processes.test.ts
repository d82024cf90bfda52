import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { engines, type FreshDatabase } from '../support/databases.ts';
import { open, openFresh } from './open-database.ts';
import { clearSettings, settingKeys } from './settings.ts';

/** CI runs more of them. */
const killRounds = Number(process.env.TESSERA_TEST_KILL_ROUNDS ?? 3);

interface WriterProcess {
  readonly child: ChildProcess;
  readonly acknowledged: string[];
  readonly ended: Promise<number | null>;
}

function startWriter({ url, folder }: FreshDatabase, prefix: string, count: number): WriterProcess {
  const script = fileURLToPath(new URL('./writer-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify({ url, folder }), prefix, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    acknowledged.push(...lines);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, acknowledged, ended };
}

describe.each(engines)('several processes on one %s database', (engine) => {
  test('all write at once, and nothing is refused or lost', async () => {
    const fresh = await openFresh(engine);
    await clearSettings(fresh.db);
    const writers = ['a', 'b'].map((prefix) => startWriter(fresh, prefix, 60));
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0]);
    const stored = await settingKeys(fresh.db);
    expect(stored.filter((key) => !key.endsWith('-twin'))).toHaveLength(2 * 4 * 60);
    for (const { acknowledged } of writers) expect(acknowledged).toHaveLength(4 * 60);
  });

  test(`kill -9 loses no acknowledged write and leaves no half transaction, ${killRounds} rounds`, {
    timeout: 10_000 + killRounds * 5_000,
  }, async () => {
    const fresh = await openFresh(engine);
    await clearSettings(fresh.db);
    await fresh.close();
    let acknowledgedInAll = 0;
    for (let round = 0; round < killRounds; round++) {
      const { child, acknowledged, ended } = startWriter(fresh, `round-${round}`, 1_000_000);
      while (acknowledged.length === 0 && child.exitCode === null) await delay(5);
      await delay(Math.random() * 150);
      child.kill('SIGKILL');
      await ended;
      acknowledgedInAll += acknowledged.length;
      const after = await open(fresh);
      const stored = new Set(await settingKeys(after.db));
      expect(acknowledged.filter((key) => !stored.has(key))).toEqual([]);
      const halves = [...stored].filter((key) => key.endsWith('-twin') && !stored.has(key.slice(0, -5)));
      expect(halves).toEqual([]);
      await after.close();
    }
    expect(acknowledgedInAll).toBeGreaterThan(killRounds);
  });
});
