import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { glyphs } from '../../src/auth/captcha/glyphs.ts';
import { drawWord } from '../../src/auth/captcha/picture.ts';
import { greyPng } from '../../src/auth/captcha/png.ts';
import { makeWord } from '../../src/auth/captcha/word.ts';

const width = 300;
const height = 100;

/** The same letters, upright and apart, black on white: what the picture would be without its art. */
function plainWord(word: string): Buffer {
  const pixels = new Uint8Array(width * height).fill(255);
  [...word].forEach((letter, at) => {
    const place = ([x, y]: readonly [number, number]) => ({ x: 22 + at * 44 + x * 28, y: 26 + y * 48 });
    for (const stroke of glyphs[letter]!) {
      stroke.slice(1).forEach((point, n) => {
        const [from, to] = [place(stroke[n]!), place(point)];
        for (let step = 0; step <= 60; step++) {
          const x = from.x + ((to.x - from.x) * step) / 60;
          const y = from.y + ((to.y - from.y) * step) / 60;
          for (let dy = -3; dy <= 3; dy++) {
            for (let dx = -3; dx <= 3; dx++) {
              if (dx * dx + dy * dy <= 9) pixels[Math.round(y + dy) * width + Math.round(x + dx)] = 0;
            }
          }
        }
      });
    }
  });
  return greyPng(width, height, pixels);
}

describe('the picture, to a plain reader of text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-ocr-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** How many of the words tesseract reads; it knows the letters, and whether it looks at a line or a word. */
  const read = (words: readonly string[], draw: (word: string) => Buffer, mode: string): number => {
    const files = words.map((word, n) => {
      const file = join(folder, `${n}.png`);
      writeFileSync(file, draw(word));
      return file;
    });
    const list = join(folder, 'list.txt');
    writeFileSync(list, files.join('\n'));
    const letters = `tessedit_char_whitelist=${Object.keys(glyphs).join('')}`;
    const text = execFileSync('tesseract', [list, '-', '--psm', mode, '-c', letters], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, OMP_THREAD_LIMIT: '1' },
    });
    const pages = text.split('\f').map((page) => page.replaceAll(/[^A-Z]/g, ''));
    return words.filter((word, n) => pages[n] === word).length;
  };
  const words = (count: number) => Array.from({ length: count }, makeWord);

  it('tesseract reads its letters when they stand upright and apart', () => {
    expect(read(words(40), plainWord, '8')).toBeGreaterThan(20);
  });

  it.each([
    ['a line', '7'],
    ['a word', '8'],
  ])('tesseract reads fewer than 5 % of 200 pictures, taken for %s', { timeout: 180_000 }, (_, mode) => {
    expect(read(words(200), drawWord, mode)).toBeLessThan(10);
  });
});
