import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Site } from './site.ts';

/** Three pairs of letters, as the picture shows them; six digits, as the sound reads them out. */
const words = function* (): Generator<string> {
  const pairs = [...'BDFGKLMNPRSTZ'].flatMap((consonant) => [...'AEU'].map((vowel) => consonant + vowel));
  for (const one of pairs) for (const two of pairs) for (const three of pairs) yield one + two + three;
};
const digits = function* (): Generator<string> {
  for (let number = 0; number < 1_000_000; number++) yield String(number).padStart(6, '0');
};

/**
 * The answer to what the visitor sees or hears, which only somebody can find out who holds both the visitor's cookie and
 * the server's database: by trying all of them.
 */
export async function captchaAnswer(site: Site, visitor: BrowserContext): Promise<string> {
  const cookies = await visitor.cookies(site.url);
  const secret = cookies.find(({ name }) => name === 'tessera.captcha')?.value ?? '';
  const db = new DatabaseSync(join(site.folder, 'tessera.db'), { readOnly: true });
  const rows = db.prepare('select kind, answer_hash from captchas').all();
  db.close();
  const hashes = new Map(rows.map((row) => [String(row.answer_hash), String(row.kind)]));
  for (const [kind, candidates] of [
    ['picture', words()],
    ['sound', digits()],
  ] as const) {
    if (![...hashes.values()].includes(kind)) continue;
    for (const candidate of candidates) {
      if (hashes.get(createHmac('sha256', secret).update(candidate).digest('hex')) === kind) return candidate;
    }
  }
  throw new Error('The visitor was shown nothing, or too long ago');
}

/** Resolves once the picture is there, and with it the visitor's cookie. */
export async function drawn(page: Page): Promise<void> {
  const width = () => page.evaluate("document.querySelector('img[src*=captcha]')?.naturalWidth ?? 0");
  await expect.poll(width, { timeout: 10_000 }).toBeGreaterThan(0);
}
