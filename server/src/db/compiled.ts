import type { Compilable, CompiledQuery } from 'kysely';
import { adapterOf, type DatabaseAdapter, dialectOf, type HotQuery } from './dialect.ts';
import type { Db } from './tables.ts';

/** A query's parameters: plain values only, never lists, whose length would change the SQL. */
export type ParamsOf<P> = { readonly [K in keyof P]: P[K] };

type Scalar = string | number | bigint | Uint8Array | null;

/**
 * A query that is built and compiled once per database and then only bound and run: for those of every
 * request. `build` sees placeholders for parameters, so it may pass them on but not look at them:
 *
 *     const findTokenByHash = compiledQuery((db: Db, p: ParamsOf<{ hash: string }>) =>
 *       db.selectFrom('api_tokens').selectAll().where('token_hash', '=', p.hash));
 *     const [token] = await findTokenByHash(db, { hash });
 */
export function compiledQuery<P extends Record<string, Scalar>, R>(
  build: (db: Db, params: ParamsOf<P>) => Compilable<R>,
): (db: Db, params: P) => Promise<R[]> {
  const name = `tessera_${++queriesMade}`;
  const hotQueries = new WeakMap<DatabaseAdapter, BoundQuery>();
  return async (db, params) => {
    const adapter = adapterOf(db);
    let query = hotQueries.get(adapter);
    if (query === undefined) {
      query = compile(db, name, build as (db: Db, params: object) => Compilable);
      hotQueries.set(adapter, query);
    }
    const parameters = query.bind(params);
    if (adapter.runHot !== undefined && !db.isTransaction) {
      return (await adapter.runHot(query, parameters)) as R[];
    }
    const { rows } = await db.executeQuery<R>({ ...query.compiled, parameters } as CompiledQuery<R>);
    return rows;
  };
}

/**
 * The same for a query with one list (`where('id', 'in', list)`) and any parameters beside it: compiled once for each power of two up
 * to the longest, the list filled up by repeating its last value, which finds nothing new. A longer list is
 * asked for in pieces, so the rows come in no order.
 */
export function compiledListQuery<T extends Scalar, R, P extends Record<string, Scalar>>(
  build: (db: Db, list: readonly T[], params: ParamsOf<P>) => Compilable<R>,
): (db: Db, list: readonly T[], beside?: P) => Promise<R[]> {
  const bySize = new Map<number, (db: Db, params: Record<string, Scalar>) => Promise<R[]>>();
  const run = (db: Db, list: readonly T[], beside: P | undefined): Promise<R[]> => {
    const size = 2 ** Math.ceil(Math.log2(list.length));
    let query = bySize.get(size);
    if (query === undefined) {
      query = compiledQuery<Record<string, Scalar>, R>((root, params) =>
        build(
          root,
          Array.from({ length: size }, (_, i) => params[i] as T),
          params as ParamsOf<P>,
        ),
      );
      bySize.set(size, query);
    }
    const params: Record<string, Scalar> = { ...beside };
    for (let i = 0; i < size; i++) params[i] = list[Math.min(i, list.length - 1)] as T;
    return query(db, params);
  };
  return async (db, list, beside) => {
    if (list.length === 0) return [];
    if (list.length <= longestList) return run(db, list, beside);
    const rows: R[] = [];
    for (let i = 0; i < list.length; i += longestList)
      rows.push(...(await run(db, list.slice(i, i + longestList), beside)));
    return rows;
  };
}

const longestList = 1024;

let queriesMade = 0;

interface BoundQuery extends HotQuery {
  bind(params: Record<string, unknown>): unknown[];
}

function compile(db: Db, name: string, build: (db: Db, params: object) => Compilable): BoundQuery {
  const used = new Map<string, Placeholder>();
  const placeholders = new Proxy(
    {},
    {
      get(_, key) {
        if (typeof key !== 'string') return undefined;
        if (!used.has(key)) used.set(key, new Placeholder(key));
        return used.get(key);
      },
    },
  );
  const compiled = build(db, placeholders).compile();
  const slots = compiled.parameters.map((value) => (value instanceof Placeholder ? value : new Fixed(value)));
  for (const placeholder of used.values()) {
    if (!slots.includes(placeholder)) {
      throw new Error(`compiledQuery: parameter ${placeholder.key} did not reach the SQL as a value`);
    }
  }
  return { name: `${name}_${dialectOf(db).name}`, compiled, bind: binder(slots) };
}

function binder(slots: readonly (Placeholder | Fixed)[]): BoundQuery['bind'] {
  return (params) => slots.map((slot) => (slot instanceof Placeholder ? params[slot.key] : slot.value));
}

/** Stands for a parameter while the query is built. */
class Placeholder {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  /** A use other than as a whole value (`'%' + p.text`) could not be bound later. */
  [Symbol.toPrimitive](): never {
    throw new Error(`compiledQuery: parameter ${this.key} can only be passed on whole`);
  }
}

class Fixed {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}
