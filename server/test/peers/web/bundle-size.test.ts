import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureWebBuilt } from '../../../../scripts/build-web.ts';

const dist = fileURLToPath(new URL('../../../../web/dist/', import.meta.url));
const budgetBytes = 250 * 1024;

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

describe('the first load', () => {
  let chunks: Record<string, Chunk> = {};
  beforeAll(async () => {
    await ensureWebBuilt();
    chunks = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>;
  });

  /** The files of a chunk and of everything it imports statically. */
  const filesOf = (key: string, seen = new Set<string>()): Set<string> => {
    const chunk = chunks[key];
    if (chunk === undefined || seen.has(chunk.file)) return seen;
    seen.add(chunk.file);
    for (const imported of chunk.imports ?? []) filesOf(imported, seen);
    return seen;
  };

  it('takes at most 250 KB of compressed script, whichever page it is', () => {
    const [entryKey, entry] = Object.entries(chunks).find(([, chunk]) => chunk.isEntry) ?? [];
    expect(entry?.dynamicImports?.length).toBeGreaterThan(5);
    for (const scene of entry?.dynamicImports ?? []) {
      const files = filesOf(scene, filesOf(entryKey ?? ''));
      const sizes = [...files].map((file) => gzipSync(readFileSync(dist + file)).length);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      expect(total, `${scene}: ${files.size} files`).toBeGreaterThan(50 * 1024);
      expect(total, `${scene}: ${files.size} files`).toBeLessThanOrEqual(budgetBytes);
    }
  });

  it('asks no other host for anything', () => {
    const index = readFileSync(`${dist}index.html`, 'utf8');
    const addresses = [...index.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) expect(address).toMatch(/^(\.\/|\/$)/);
  });

  it('holds no script inside the page', () => {
    const index = readFileSync(`${dist}index.html`, 'utf8');
    expect(index).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });
});
