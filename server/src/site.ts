import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Db } from './db/tables.ts';
import type { Clock } from './lib/clock.ts';
import type { Sealer } from './settings/secret-keys.ts';

/** What every rule stands on; made once, in app.ts. */
export interface Site {
  readonly db: Db;
  /** For long searches: its reads never hold up the event loop. */
  readonly searchDb: Db;
  readonly clock: Clock;
  readonly config: Config;
  readonly log: Logger;
  /** For secrets that must be read again. */
  readonly sealer: Sealer;
}
