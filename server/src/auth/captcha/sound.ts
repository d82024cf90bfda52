import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { between } from './random.ts';

const rate = 8000;

let voice: Uint8Array[] | undefined;

/** The ten digits as scripts/make-captcha-voice.ts wrote them; read when first needed. */
function spokenDigits(): Uint8Array[] {
  if (voice !== undefined) return voice;
  const file = readFileSync(new URL('./voice.bin', import.meta.url));
  let at = 20;
  voice = Array.from({ length: 10 }, (_, digit) => {
    const length = file.readUInt16BE(digit * 2);
    at += length;
    return file.subarray(at - length, at);
  });
  return voice;
}

/** The digits, each at a pace and loudness of its own, over hiss and a murmur of other digits, as WAV. */
export function speakDigits(digits: string): Buffer {
  const parts: Float32Array[] = [silence(between(0.3, 0.6))];
  for (const digit of digits) parts.push(spoken(Number(digit)), silence(between(0.25, 0.6)));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const sound = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    sound.set(part, at);
    at += part.length;
  }
  murmur(sound);
  const hiss = randomBytes(length);
  return wav(Uint8Array.from(sound, (sample, i) => clip(128 + sample * 105 + (hiss[i]! - 128) / 9)));
}

const silence = (seconds: number): Float32Array => new Float32Array(Math.floor(seconds * rate));
const clip = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/** Read faster or slower, which changes its pitch as well. */
function spoken(digit: number): Float32Array {
  const samples = spokenDigits()[digit]!;
  const pace = between(0.82, 1.15);
  const loudness = between(0.75, 1);
  return Float32Array.from({ length: Math.floor((samples.length - 1) / pace) }, (_, i) => {
    const at = Math.floor(i * pace);
    const share = i * pace - at;
    const sample = samples[at]! * (1 - share) + samples[at + 1]! * share;
    return ((sample - 128) / 128) * loudness;
  });
}

/** Other digits, backwards and softly, so that a pause is never still. */
function murmur(sound: Float32Array): void {
  for (let n = 0; n < 10; n++) {
    const samples = spokenDigits()[Math.floor(between(0, 10))]!;
    const start = Math.floor(between(0, Math.max(1, sound.length - samples.length)));
    for (let i = 0; i < samples.length && start + i < sound.length; i++) {
      sound[start + i]! += ((samples[samples.length - 1 - i]! - 128) / 128) * 0.13;
    }
  }
}

function wav(samples: Uint8Array): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}
