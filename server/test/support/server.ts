import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { bumpRevision } from '../../src/db/revision.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { isIntactSecret, type SecretPrefix } from '../../src/lib/secret-format.ts';
import type { SiteSettings } from '../../src/settings/settings.ts';
import { type EngineName, freshDatabase } from './databases.ts';

/** A clock that tests move; it starts at the real time and stands still. */
export class TestClock {
  #now = Date.now();

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

export interface RunningServer {
  readonly url: string;
  readonly app: App;
  readonly clock: TestClock;
  /** Everything logged so far, as text. */
  logged(): string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly engine: EngineName;
  /** TESSERA_* variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly demo?: boolean;
  readonly webFolder?: string;
  /** Limits as on a new site; else suites may fail as often as they like from one address. */
  readonly limits?: boolean;
}

/** The real application on a fresh database and a free loopback port. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const database = await freshDatabase(options.engine);
  const clock = new TestClock();
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const config = readConfig({
    env: {
      TESSERA_DATA: database.folder,
      ...(database.url === undefined ? {} : { TESSERA_DATABASE_URL: database.url }),
      // The same algorithm at the lowest cost: suites sign in hundreds of times.
      TESSERA_PASSWORD_MEMORY_KIB: '64',
      TESSERA_PASSWORD_PASSES: '1',
      TESSERA_PORT: '0',
      ...options.env,
    },
    demo: options.demo ?? false,
  });
  const app = await createApp(config, {
    clock,
    log: pino({ level: 'debug' }, sink),
    ...(options.webFolder === undefined ? {} : { webFolder: options.webFolder }),
  });
  if (options.limits !== true) {
    await changeSetting(app, 'signInFailuresPerNetwork', null);
    await changeSetting(app, 'signInAlarmFactor', null);
  }
  await app.server.listen({ host: config.host, port: config.port });
  const { port } = app.server.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${config.baseUrl?.pathname.replace(/\/$/, '') ?? ''}`,
    app,
    clock,
    logged: () => lines.join(''),
    async stop() {
      // A suite may have closed it itself.
      const kept = app.server.server.listening ? await recordsOf(app) : '';
      await app.close();
      await database.drop();
      refuseSecrets('log', lines.join(''));
      refuseSecrets('audit records and refusals', kept);
    },
  };
}

/** What is kept of requests, as text. */
async function recordsOf({ site }: App): Promise<string> {
  const tables = ['audit_events', 'refusals'] as const;
  const rows = await Promise.all(tables.map((table) => site.db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

/** C5, after every suite: of all secrets of ours that it made or sent, none may be in a place where it is kept. */
function refuseSecrets(place: string, text: string): void {
  const found = (text.match(/ts[a-z]_[0-9A-Za-z]{49}/g) ?? []).find((one) =>
    isIntactSecret(one.slice(0, 3) as SecretPrefix, one),
  );
  if (found !== undefined)
    throw new Error(`The ${place} hold a secret that begins with ${found.slice(0, 8)}`);
}

/** As an administrator would, without one. */
export async function changeSetting({ site }: App, key: keyof SiteSettings, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await inTransaction(site.db, async (trx) => {
    await trx
      .insertInto('settings')
      .values({ key, value: text, updated_at: site.clock.now() })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
      .execute();
    await bumpRevision(trx);
  });
}

/** One server for the suite it is called in; use `server.current` inside tests. */
export function useServer(options: ServerOptions): { readonly current: RunningServer } {
  let running: RunningServer | undefined;
  beforeAll(async () => {
    running = await startServer(options);
  });
  afterAll(async () => {
    await running?.stop();
  });
  return {
    get current() {
      if (running === undefined) throw new Error('The server has not started yet');
      return running;
    },
  };
}
