import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Db } from '../db/tables.ts';
import { type SealKey, seal, sealKeyId, unseal } from '../lib/seal.ts';

/** Seals secrets that must be read again (seeds of one-time codes, private keys, passwords of other servers), at rest. */
export interface Sealer {
  /** `purpose` names the row it is for: a sealed text that is moved elsewhere does not open. */
  seal(purpose: string, plain: string): Promise<string>;
  /** Throws when it was altered, sealed for another purpose, or sealed with a key that is not configured. */
  unseal(purpose: string, sealed: string): Promise<string>;
  /** Finds or makes the key, which writes: before a transaction that seals. */
  ready(): Promise<void>;
}

/** The key cannot be used; the message says what to do. */
export class SecretKeyUnusable extends Error {}

/** Row of `settings` that says which key seals; only its id, which tells nothing about it. */
const settingKey = 'secretKeyId';

/**
 * Seals with the first key of the configuration; without one, with that of the file `secret.key` in the data folder,
 * made when it is needed first. A key is never in the database, so a stolen backup of it opens nothing (H11).
 */
export function sealerOf(db: Db, config: Config): Sealer {
  let keys: Promise<readonly SealKey[]> | undefined;
  const ready = () => {
    keys ??= openKeys(db, config).catch((error) => {
      keys = undefined;
      throw error;
    });
    return keys;
  };
  return {
    seal: async (purpose, plain) => seal((await ready())[0]!, purpose, plain),
    unseal: async (purpose, sealed) => unseal(await ready(), purpose, sealed),
    ready: async () => {
      await ready();
    },
  };
}

/**
 * Refuses a start whose key is not the one that this site's secrets were sealed with: another node of the site, or a
 * lost file. Better told now than by a sign-in that fails. Throws SecretKeyUnusable.
 */
export async function checkSecretKey(db: Db, config: Config): Promise<void> {
  if ((await readKeyId(db)) !== undefined) await openKeys(db, config);
}

async function openKeys(db: Db, config: Config): Promise<readonly SealKey[]> {
  const keys = config.secretKeys ?? [keyOfFile(config.dataFolder)];
  const id = sealKeyId(keys[0]!);
  const now = Date.now();
  // Of two nodes that seal for the first time at once, one wins.
  await db
    .insertInto('settings')
    .values({ key: settingKey, value: JSON.stringify(id), updated_at: now })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const known = await readKeyId(db);
  if (known === id) return keys;
  if (!keys.some((key) => sealKeyId(key) === known)) {
    throw new SecretKeyUnusable(
      `This site's secrets were sealed with the key ${known}, and here the key is ${id}. Set TESSERA_SECRET_KEY ` +
        'to the same key on every node, or bring back the file secret.key of the data folder.',
    );
  }
  await db
    .updateTable('settings')
    .set({ value: JSON.stringify(id), updated_at: now })
    .where('key', '=', settingKey)
    .execute();
  return keys;
}

async function readKeyId(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', settingKey)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.value) as string);
}

function keyOfFile(folder: string): SealKey {
  const path = join(folder, 'secret.key');
  makeKeyFile(folder, path);
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new SecretKeyUnusable(`${path} does not hold 32 bytes in base64`);
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new SecretKeyUnusable(`${path} can be read by others: run chmod 600 on it`);
  }
  return key;
}

/** Whole or not at all: of two processes that need it at once, one makes it and both read it. */
function makeKeyFile(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  try {
    statSync(path);
  } catch {
    writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
}
