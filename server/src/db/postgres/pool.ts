import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { DatabaseLog } from '../database.ts';
import { sendable } from './parameters.ts';

export interface PoolOptions {
  readonly url: string;
  readonly size: number;
  /** For searches: reads only, and none longer than this. */
  readonly searchTimeoutMs: number | undefined;
  readonly log: DatabaseLog;
}

/** Results as SQLite gives them: int8 and numeric as numbers, booleans as flags. */
const { builtins } = pg.types;
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, parseInteger],
  [builtins.NUMERIC, Number],
  [builtins.BOOL, (text) => (text === 't' ? 1 : 0)],
]);

function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`);
  return value;
}

export function createPool({ url, size, searchTimeoutMs, log }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: 'tessera',
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        (format !== 'binary' && parsers.get(oid)) ||
        pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
    ...(searchTimeoutMs !== undefined && {
      statement_timeout: searchTimeoutMs,
      options: '-c default_transaction_read_only=on',
    }),
  });
  // A connection that the server drops would otherwise end the process: an idle one, and one in the midst of a
  // transaction, whose next statement fails.
  pool.on('error', (error) => log.warn({ err: error }, 'connection to PostgreSQL lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'connection to PostgreSQL lost'));
  });
  return pool;
}

/** The pool as Kysely sees it, with our rules for parameters. */
export function kyselyPool(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => lease(await pool.connect()),
  };
}

/**
 * A connection for one query or transaction. What is asked of it after that is refused: when one of several
 * statements in a Promise.all fails, the others would otherwise run after the rollback and stay.
 */
function lease(client: pg.PoolClient): PostgresPoolClient {
  let ended = false;
  const query = async (text: string, parameters: readonly unknown[]) => {
    if (ended) throw new Error('The transaction has ended');
    ended = text === 'commit' || text === 'rollback';
    return client.query(text, sendable(parameters));
  };
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release(destroy) {
      ended = true;
      client.release(destroy);
    },
  };
}
