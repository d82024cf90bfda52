import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const builder = new URL('../../../scripts/build-web.ts', import.meta.url);

/** In a checkout the web app is built when its sources changed; a published package brings it built. */
export async function buildWebApp(): Promise<void> {
  if (!existsSync(builder)) return;
  const { ensureWebBuilt } = (await import(builder.href)) as { ensureWebBuilt: () => Promise<void> };
  await ensureWebBuilt();
}

/** Where the built web app is; undefined: there is none. */
export function webAppFolder(): string | undefined {
  const inCheckout = existsSync(builder);
  const folder = fileURLToPath(new URL(inCheckout ? '../../../web/dist' : '../web', import.meta.url));
  return existsSync(folder) ? folder : undefined;
}
