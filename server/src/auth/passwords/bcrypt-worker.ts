import { parentPort } from 'node:worker_threads';
import bcrypt from 'bcryptjs';
import type { Checked } from './bcrypt.ts';

parentPort!.on('message', ({ id, password, hash }: { id: number; password: string; hash: string }) => {
  parentPort!.postMessage({ id, matches: bcrypt.compareSync(password, hash) } satisfies Checked);
});
