import { hash } from 'node:crypto';

/**
 * What is stored of a secret with at least 112 bits of its own: nobody can guess those, so a fast hash is
 * enough, and a wrong one costs no work worth flooding us for (security bar T4).
 */
export function sha256(secret: string): string {
  return hash('sha256', secret, 'hex');
}
