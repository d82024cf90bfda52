import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type Dialect as KyselyDialect,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import type { DatabaseAdapter, DatabaseIdentity, HotQuery } from '../dialect.ts';
import { bindable } from './parameters.ts';
import type { Statement, StatementResult } from './protocol.ts';

/** A transaction or snapshot of one connection. */
export interface OpenTransaction {
  run(statement: Statement): Promise<StatementResult>;
  end(commit: boolean): Promise<void>;
}

/** Where statements go. The main side and the search side each have their own. */
export interface SqliteRoutes {
  read(statement: Statement): Promise<StatementResult>;
  write(statement: Statement, groupable: boolean): Promise<StatementResult>;
  begin(): Promise<OpenTransaction>;
  beginSnapshot(): Promise<OpenTransaction>;
  runHot?: (query: HotQuery, parameters: unknown[]) => Promise<unknown[]>;
  close(): Promise<void>;
}

export function sqliteKyselyDialect(identity: DatabaseIdentity, routes: SqliteRoutes): KyselyDialect {
  return {
    createDriver: () => new SqliteDriver(routes),
    createAdapter: () => new RoutingAdapter(identity, routes),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class RoutingAdapter extends SqliteAdapter implements DatabaseAdapter {
  readonly identity: DatabaseIdentity;
  readonly runHot: SqliteRoutes['runHot'];

  constructor(identity: DatabaseIdentity, routes: SqliteRoutes) {
    super();
    this.identity = identity;
    this.runHot = routes.runHot;
  }

  /** The queue before the writer does the taking of turns, so that reads need not wait behind writes. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class SqliteDriver implements Driver {
  readonly #routes: SqliteRoutes;

  constructor(routes: SqliteRoutes) {
    this.#routes = routes;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<RoutingConnection> {
    return new RoutingConnection(this.#routes);
  }

  async beginTransaction(connection: RoutingConnection, settings: TransactionSettings): Promise<void> {
    const snapshot = settings.accessMode === 'read only';
    connection.transaction = await (snapshot ? this.#routes.beginSnapshot() : this.#routes.begin());
  }

  async commitTransaction(connection: RoutingConnection): Promise<void> {
    await connection.transaction!.end(true);
  }

  async rollbackTransaction(connection: RoutingConnection): Promise<void> {
    await connection.transaction!.end(false);
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#routes.close();
  }
}

class RoutingConnection implements DatabaseConnection {
  readonly #routes: SqliteRoutes;
  transaction: OpenTransaction | undefined;

  constructor(routes: SqliteRoutes) {
    this.#routes = routes;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = { sql: query.sql, parameters: bindable(query.parameters) };
    const { rows, changes, insertId } = await this.#run(query, statement);
    return {
      rows: rows as R[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
      ...(insertId !== undefined && { insertId: BigInt(insertId) }),
    };
  }

  // biome-ignore lint/correctness/useYield: there is no streaming to offer
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming is not supported on SQLite');
  }

  #run(query: CompiledQuery, statement: Statement): Promise<StatementResult> {
    if (this.transaction !== undefined) return this.transaction.run(statement);
    if (isRead(query)) return this.#routes.read(statement);
    return this.#routes.write(statement, groupable.has(query.query.kind));
  }
}

/** What may share a transaction with others; raw statements may be ones that cannot run in any (vacuum). */
const groupable: ReadonlySet<string> = new Set(['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode']);

/** Judged wrongly, a raw write fails on the read-only connection; a raw read only takes the longer way. */
export function isRead({ query, sql }: CompiledQuery): boolean {
  if (query.kind !== 'RawNode') return SelectQueryNode.is(query);
  return (
    /^\s*(select|with)\b/i.test(sql) && !/\b(insert|update|delete|replace\s+into|returning)\b/i.test(sql)
  );
}
