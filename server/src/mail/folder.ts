import { randomBytes } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { compose } from './compose.ts';
import type { Deliver } from './delivery.ts';

export const outboxFolder = ({ dataFolder }: Pick<Config, 'dataFolder'>): string =>
  join(dataFolder, 'outbox');

/** Each message becomes an .eml file that only the server's user may read; links in it are live. */
export function deliverToFolder(config: Config): Deliver {
  const folder = outboxFolder(config);
  return async (message) => {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const stamp = new Date(message.at).toISOString().replaceAll(/[-:]/g, '').replace(/\.\d+/, '');
      const id = message.messageId.slice(1, message.messageId.indexOf('@'));
      const file = join(folder, `${stamp}-${id}.eml`);
      const unfinished = join(folder, `.${randomBytes(8).toString('hex')}`);
      const handle = await open(unfinished, 'wx', 0o600);
      try {
        await handle.writeFile(await compose(message));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(unfinished, file);
      return { outcome: 'sent' };
    } catch (error) {
      return { outcome: 'failed', permanent: false, error: (error as Error).message };
    }
  };
}
