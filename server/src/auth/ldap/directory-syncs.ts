import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Asker, audit } from '../../audit/audit.ts';
import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import { Conflict } from '../../errors.ts';
import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { directoriesAt } from './directories.ts';
import { defaultSyncMinutes, type LdapSettings } from './ldap-settings.ts';
import { SyncFailed, syncDirectory } from './sync.ts';
import { type DirectorySync, endLease, finishSync, insertSync, renewLease, takeLease } from './sync-store.ts';

const minuteMs = 60_000;
const lookEveryMs = 30_000;
/** Renewed while a sync goes on; a process that died holds a directory up no longer than this. */
const leaseMs = 5 * minuteMs;
const patienceMs = 5_000;

export interface DirectorySyncs {
  /** Syncs every directory that is due by now. */
  runDue(): Promise<void>;
  /** Begins a sync now. Throws Conflict while one is under way, on any node, or the directory is switched off. */
  start(provider: Provider, asker: Asker): Promise<DirectorySync>;
  /** Resolves when everything that was begun here has ended. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Lets accounts follow their directories as often as each is set to; one process at a time for each directory. */
export function startDirectorySyncs(site: Site): DirectorySyncs {
  const holder = randomUUID();
  const running = new Set<Promise<void>>();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const begin = async (
    provider: Provider,
    dueBefore: number,
    asker: Asker | undefined,
  ): Promise<{ sync: DirectorySync; ended: Promise<void> } | undefined> => {
    const now = site.clock.now();
    const providerId = provider.id;
    if (!(await takeLease(site.db, { providerId, holder, now, until: now + leaseMs, dueBefore })))
      return undefined;
    const sync = await inTransaction(site.db, async (trx) => {
      if (asker !== undefined) await auditStart(trx, site, provider, asker);
      const startedBy = asker === undefined ? 'schedule' : 'administrator';
      return insertSync(trx, { providerId, at: now, startedBy });
    });
    const ended = run(provider, sync).catch((error: unknown) => {
      site.log.error({ err: error, provider: providerId }, 'directory sync not recorded');
    });
    running.add(ended);
    ended.finally(() => running.delete(ended));
    return { sync, ended };
  };

  const run = async (provider: Provider, sync: DirectorySync): Promise<void> => {
    const providerId = provider.id;
    let renewAt = site.clock.now() + leaseMs / 2;
    const goOn = async () => {
      if (closed) throw new SyncFailed('The server was stopped; the next sync goes on.');
      const now = site.clock.now();
      if (now < renewAt) return;
      const renewed = await renewLease(site.db, { providerId, holder, now, until: now + leaseMs });
      if (!renewed) throw new SyncFailed('It took too long, and another node has begun anew.');
      renewAt = now + leaseMs / 2;
    };
    try {
      const { problem, counts, changes } = await syncDirectory(site, provider, goOn);
      const outcome = problem === null ? 'done' : 'failed';
      await finishSync(site.db, sync.id, { at: site.clock.now(), outcome, problem, counts, changes });
    } finally {
      await endLease(site.db, { providerId, holder });
    }
  };

  const runDue = async (): Promise<void> => {
    for (const provider of await directoriesAt(site.db, await readRevision(site.db))) {
      const { syncMinutes = defaultSyncMinutes } = provider.settings as unknown as LdapSettings;
      if (closed || syncMinutes === 0) continue;
      const begun = await begin(provider, site.clock.now() - syncMinutes * minuteMs, undefined);
      await begun?.ended;
    }
  };

  const plan = (): void => {
    if (closed) return;
    timer = setTimeout(() => {
      const due = runDue()
        .catch((error: unknown) => site.log.error({ err: error }, 'directories not synced'))
        .finally(plan);
      running.add(due);
      due.finally(() => running.delete(due));
    }, lookEveryMs).unref();
  };
  plan();

  const settled = async (): Promise<void> => {
    await Promise.all(running);
  };
  return {
    runDue,
    async start(provider, asker) {
      if (!provider.enabled) throw new Conflict(`${provider.name} is switched off.`);
      const begun = await begin(provider, site.clock.now(), asker);
      if (begun === undefined) throw new Conflict(`A sync of ${provider.name} is under way.`);
      return begun.sync;
    },
    settled,
    async close() {
      closed = true;
      clearTimeout(timer);
      // A directory that does not answer is waited for no longer.
      await Promise.race([settled(), delay(patienceMs, undefined, { ref: false })]);
    },
  };
}

function auditStart(trx: Site['db'], site: Site, provider: Provider, asker: Asker): Promise<void> {
  return audit(trx, site.clock, {
    event: 'directory-sync.started',
    outcome: 'ok',
    asker,
    source: asker.source,
    subject: provider.name,
    subjectType: 'identity-provider',
    subjectId: provider.id,
  });
}
