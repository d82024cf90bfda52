import type { AddressInfo } from 'node:net';
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import type { Site } from '../site.ts';
import { cutAfterMs } from './stop-signal.ts';

export interface Listening {
  readonly address: Pick<AddressInfo, 'address' | 'port'>;
  /** Finishes what is running, and cuts off what takes too long. */
  close(): Promise<void>;
}

/** The application, answering; `prepare` runs on its data before the first request can come. */
export async function listen(
  config: Config,
  webFolder: string | undefined,
  prepare: (site: Site) => Promise<void> = async () => {},
): Promise<Listening> {
  const app = await createApp(config, webFolder === undefined ? {} : { webFolder });
  try {
    await prepare(app.site);
    await app.server.listen({ host: config.host, port: config.port });
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    address: app.server.server.address() as AddressInfo,
    async close() {
      const cut = setTimeout(() => app.server.server.closeAllConnections(), cutAfterMs);
      await app.close();
      clearTimeout(cut);
    },
  };
}

/** Where the site is reached: the base URL when there is one, else the address listened on. */
export function siteUrl(config: Config, { address, port }: Listening['address']): string {
  return config.baseUrl?.href.replace(/\/$/, '') ?? listeningUrl({ address, port });
}

export function listeningUrl({ address, port }: Listening['address']): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
