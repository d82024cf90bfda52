import type { Call } from '../../http/route.ts';

/** What somebody lets an application do, whatever protocol the application speaks. */
export interface AuthorisedApplication {
  /** Its own within its kind. */
  readonly id: number;
  readonly application: string;
  /** What it may do, in plain words. */
  readonly may: string;
  readonly authorisedAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

type Person = Pick<Call, 'actor' | 'identity' | 'source'>;

/** A protocol by which people let applications act for them. */
export interface KindOfApplication {
  /** `oauth1`, …: says in lists and addresses which one it is. */
  readonly kind: string;
  list(person: Person): Promise<readonly AuthorisedApplication[]>;
  /** From the next request on nothing of it is good. Whether there was anything. */
  revoke(person: Person, id: number): Promise<boolean>;
}
