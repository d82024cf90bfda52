import type { Asker } from '../../audit/audit.ts';
import type { Authenticate } from '../../http/server.ts';
import type { ActorUser, Source } from '../../identity.ts';
import { batching } from '../../lib/batching.ts';
import { requireAdministrator } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { usersById } from '../../users/user-store.ts';
import { addPasswordUses, listPasswordUses, type PasswordUses } from './password-use-store.ts';

const flushEveryMs = 2_000;

/** Counts the requests that each account authenticates by password over REST; never on a request's path. */
export interface PasswordUseCount {
  note(userId: number, source: Source, nowMs: number): void;
  /** Writes what is pending. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function countPasswordUse({ db, log }: Site): PasswordUseCount {
  let pending = new Map<number, PasswordUses>();

  const write = async (): Promise<void> => {
    const batch = pending;
    pending = new Map();
    try {
      for (const uses of batch.values()) {
        await addPasswordUses(db, uses);
        batch.delete(uses.userId);
      }
    } catch (error) {
      for (const uses of batch.values()) pending.set(uses.userId, together(uses, pending.get(uses.userId)));
      throw error;
    }
  };
  const { soon, flush } = batching(flushEveryMs, write, (error) =>
    log.error({ err: error }, 'use of passwords not written'),
  );
  return {
    note(userId, { address, userAgent }, nowMs) {
      const use = { userId, count: 1, firstUsedAt: nowMs, lastUsedAt: nowMs, address, userAgent };
      const before = pending.get(userId);
      pending.set(userId, before === undefined ? use : together(before, use));
      soon();
    },
    flush,
    close: flush,
  };
}

const together = (earlier: PasswordUses, later: PasswordUses | undefined): PasswordUses =>
  later === undefined
    ? earlier
    : { ...later, count: earlier.count + later.count, firstUsedAt: earlier.firstUsedAt };

/** The door, with a count of those who come by password. */
export function countingPasswords(door: Authenticate, use: PasswordUseCount, { clock }: Site): Authenticate {
  return async (presented) => {
    const identity = await door(presented);
    const { user } = identity.actor;
    if (identity.via === 'password' && user !== null) use.note(user.id, presented.source, clock.now());
    return identity;
  };
}

export interface PasswordUser extends PasswordUses {
  readonly user: ActorUser;
}

/** Who still uses a password over REST, the latest first. Throws Forbidden unless asked by an administrator. */
export async function viewPasswordUse(
  site: Site,
  asker: Asker,
  use: PasswordUseCount,
): Promise<PasswordUser[]> {
  await requireAdministrator(site, asker.actor);
  await use.flush();
  const rows = await listPasswordUses(site.db);
  const users = await usersById(
    site.db,
    rows.map(({ userId }) => userId),
  );
  return rows.flatMap((row) => {
    const user = users.get(row.userId);
    return user === undefined ? [] : [{ ...row, user }];
  });
}
