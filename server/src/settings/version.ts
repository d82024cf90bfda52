import { readFileSync } from 'node:fs';

/** Tessera's own version, as server/package.json states it. */
export const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
