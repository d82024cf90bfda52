import type { ActorUser } from '../identity.ts';

/** A person with an account; whoever asks is one too. */
export type User = ActorUser;

/** The ways clients name a user: by name or key on Data Center, by account id on Cloud. */
export interface UserReference {
  readonly name?: string | undefined;
  readonly key?: string | undefined;
  readonly accountId?: string | undefined;
}
