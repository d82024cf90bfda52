import type { Profile } from './identity.ts';

/** What JSON builders need of the request: absolute links and the profile to answer in. */
export interface Wire {
  /** Absolute base URL including the context path, without a trailing slash. */
  readonly base: string;
  readonly profile: Profile;
  /** Nobody is signed in: e-mail addresses are left out, since they are what people sign in with. */
  readonly anonymous?: boolean;
}
