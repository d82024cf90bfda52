import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

/** Leaked passwords, lower case, sorted by bytes, one a line; scripts/make-common-passwords.ts says where from. */
const file = new URL('./common-passwords.br', import.meta.url);

let loading: Promise<Buffer> | undefined;

function load(): Promise<Buffer> {
  loading ??= readFile(file)
    .then((packed) => promisify(brotliDecompress)(packed))
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

/** Looks folded passwords up among those that have leaked and are tried first. Loaded when first needed. */
export async function commonPasswords(): Promise<(folded: string) => boolean> {
  const lines = await load();
  return (folded) => holdsLine(lines, Buffer.from(folded, 'utf8'));
}

const newline = 10;

function holdsLine(lines: Buffer, wanted: Buffer): boolean {
  if (wanted.length === 0) return false;
  let from = 0;
  let to = lines.length;
  while (from < to) {
    const start = lines.lastIndexOf(newline, Math.floor((from + to) / 2) - 1) + 1;
    const end = lines.indexOf(newline, start);
    const order = wanted.compare(lines, start, end);
    if (order === 0) return true;
    if (order < 0) to = start;
    else from = end + 1;
  }
  return false;
}
