import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `node scripts/make-captcha-voice.ts`: speaks the ten digits with espeak-ng into
 * server/src/auth/captcha/voice.bin: ten lengths (16 bits, big endian), then the samples of all, 8 kHz, 8 bits unsigned.
 */
const rate = 8000;
const folder = mkdtempSync(join(tmpdir(), 'voice-'));
const digits = Array.from({ length: 10 }, (_, digit) => {
  const file = join(folder, `${digit}.wav`);
  execFileSync('espeak-ng', ['-v', 'en-us', '-s', '130', '-p', '40', '-w', file, String(digit)]);
  return trimmed(resampled(readFileSync(file)));
});
rmSync(folder, { recursive: true });

const head = Buffer.alloc(20);
for (const [digit, samples] of digits.entries()) head.writeUInt16BE(samples.length, digit * 2);
const body = digits.flatMap((samples) => samples.map((sample) => 128 + Math.round((sample / 32768) * 127)));
writeFileSync(
  new URL('../server/src/auth/captcha/voice.bin', import.meta.url),
  Buffer.concat([head, Buffer.from(body)]),
);

/** espeak-ng writes 16 bits, mono, behind a header of 44 bytes; each new sample is the mean of those it stands for. */
function resampled(wav: Buffer): number[] {
  const from = wav.readUInt32LE(24);
  const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
  const step = from / rate;
  return Array.from({ length: Math.floor(samples.length / step) }, (_, i) => {
    const some = samples.slice(Math.floor(i * step), Math.floor((i + 1) * step));
    return some.reduce((sum, sample) => sum + sample, 0) / some.length;
  });
}

function trimmed(samples: number[]): number[] {
  const loud = (sample: number) => Math.abs(sample) > 300;
  return samples.slice(samples.findIndex(loud), samples.findLastIndex(loud) + 1);
}
