import { Kysely, PostgresAdapter, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Database, DatabaseLog } from '../database.ts';
import type { DatabaseAdapter, DatabaseIdentity, HotQuery } from '../dialect.ts';
import type { Tables } from '../tables.ts';
import { postgresDialect } from './dialect.ts';
import { sendable } from './parameters.ts';
import { createPool, kyselyPool } from './pool.ts';

interface PostgresOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly log: DatabaseLog;
}

const oldestVersion = 15;
const searchTimeoutMs = 60_000;

export async function connectPostgres({ url, poolSize, log }: PostgresOptions): Promise<Database> {
  const pool = createPool({ url, size: poolSize, searchTimeoutMs: undefined, log });
  // Searches have connections of their own, or a few long ones would leave none for the rest.
  const searchSize = Math.max(2, Math.ceil(poolSize / 4));
  const searchPool = createPool({ url, size: searchSize, searchTimeoutMs, log });
  try {
    await checkServer(pool, url);
  } catch (error) {
    await Promise.all([pool.end(), searchPool.end()]);
    throw error;
  }
  const identity: DatabaseIdentity = { dialect: postgresDialect };
  const db = new Kysely<Tables>({ dialect: new TesseraPostgresDialect(identity, pool) });
  const searchDb = new Kysely<Tables>({ dialect: new TesseraPostgresDialect(identity, searchPool) });
  let closed: Promise<unknown> | undefined;
  return {
    db,
    searchDb,
    dialect: postgresDialect,
    async close() {
      closed ??= Promise.all([pool.end(), searchPool.end()]);
      await closed;
    },
  };
}

async function checkServer(pool: pg.Pool, url: string): Promise<void> {
  const { version, encoding } = await describeServer(pool, url);
  if (version < oldestVersion * 10_000) {
    throw new Error(
      `PostgreSQL ${oldestVersion} or newer is needed; the server is ${Math.floor(version / 10_000)}`,
    );
  }
  if (encoding !== 'UTF8') throw new Error(`The database must have the encoding UTF8; it has ${encoding}`);
}

async function describeServer(pool: pg.Pool, url: string): Promise<{ version: number; encoding: string }> {
  try {
    const { rows } = await pool.query(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
    );
    return rows[0];
  } catch (error) {
    // localhost is tried by IPv6 and IPv4, which makes an AggregateError without a message.
    const reason = error instanceof AggregateError ? error.errors[0] : error;
    const message = reason instanceof Error ? reason.message : String(reason);
    throw new Error(`No connection to the database ${withoutPassword(url)}: ${message}`, { cause: error });
  }
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(the URL cannot be read)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

class TesseraPostgresDialect extends PostgresDialect {
  readonly #identity: DatabaseIdentity;
  readonly #pool: pg.Pool;

  constructor(identity: DatabaseIdentity, pool: pg.Pool) {
    super({ pool: kyselyPool(pool) });
    this.#identity = identity;
    this.#pool = pool;
  }

  override createAdapter(): PostgresAdapter {
    return new PoolAdapter(this.#identity, this.#pool);
  }
}

class PoolAdapter extends PostgresAdapter implements DatabaseAdapter {
  readonly identity: DatabaseIdentity;
  readonly #pool: pg.Pool;

  constructor(identity: DatabaseIdentity, pool: pg.Pool) {
    super();
    this.identity = identity;
    this.#pool = pool;
  }

  /** As a named statement, which the server parses and plans once per connection. */
  readonly runHot = async (query: HotQuery, parameters: unknown[]): Promise<unknown[]> => {
    const { rows } = await this.#pool.query({
      name: query.name,
      text: query.compiled.sql,
      values: sendable(parameters),
    });
    return rows;
  };
}
