import { createHmac, randomBytes } from 'node:crypto';
import { decayMs } from './lock-rules.ts';

const longest = 50_000;

/** Whether a wrong secret has been seen before within a day; remembers that it was. */
export type SeenBefore = (subject: string, secret: string, now: number) => boolean;

/**
 * A bot with an old password sends one wrong secret for ever, and guesses at nothing. Remembered is a keyed MAC,
 * in memory, under a key of this process: nothing of a secret can be read from it or outlives the process.
 */
export function rememberWrongSecrets(): SeenBefore {
  const key = randomBytes(32);
  const seen = new Map<string, number>();
  return (subject, secret, now) => {
    const mac = createHmac('sha256', key).update(`${subject}\0${secret}`).digest('base64');
    const at = seen.get(mac);
    seen.delete(mac);
    seen.set(mac, now);
    if (seen.size > longest) seen.delete(seen.keys().next().value as string);
    return at !== undefined && now - at < decayMs;
  };
}
