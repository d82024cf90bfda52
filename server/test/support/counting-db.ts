import { adapterOf, type DatabaseAdapter } from '../../src/db/dialect.ts';
import type { Db } from '../../src/db/tables.ts';

/** The database, and how many statements went through it. */
export function counting(db: Db): { db: Db; count: () => number } {
  let count = 0;
  const real = adapterOf(db);
  const executor = db.getExecutor();
  const adapter: DatabaseAdapter = {
    identity: real.identity,
    runHot: (query, parameters) => {
      count++;
      return real.runHot!(query, parameters);
    },
  };
  const counted = new Proxy(db, {
    get(target, name) {
      if (name === 'getExecutor') return () => new Proxy(executor, { get: executorPart });
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  function executorPart(target: typeof executor, name: string | symbol) {
    return name === 'adapter' ? adapter : Reflect.get(target, name, target);
  }
  return { db: counted, count: () => count };
}
