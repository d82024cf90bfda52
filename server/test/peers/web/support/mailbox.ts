import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ReadMail, readMail } from '../../../support/mail.ts';
import type { Site } from './site.ts';

/** The newest mail to somebody with this subject, once it has been sent. */
export async function mailTo(site: Site, to: string, subject: RegExp): Promise<ReadMail> {
  const newest = () => mails(site).findLast((mail) => mail.to === to && subject.test(mail.subject));
  await expect.poll(newest, { timeout: 15_000 }).toBeDefined();
  return newest() as ReadMail;
}

function mails({ folder }: Site): ReadMail[] {
  const outbox = join(folder, 'outbox');
  let names: string[];
  try {
    names = readdirSync(outbox);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => readMail(readFileSync(join(outbox, name))));
}
