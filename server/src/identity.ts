export type Profile = 'datacenter' | 'cloud';

export interface ActorUser {
  readonly id: number;
  /** Jira Data Center's user key, `JIRAUSER10000`. */
  readonly key: string;
  /** Jira Cloud's account id, a UUID. */
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly active: boolean;
}

/** Who asks, and under which configuration and profile the answer is made. */
export interface Actor {
  /** null: nobody signed in (anonymous). */
  readonly user: ActorUser | null;
  /** Configuration revision read by the statement that authenticated; see db/revision.ts. */
  readonly revision: number;
  readonly profile: Profile;
}

/** What a token may be limited to; Atlassian's names. Every route declares its own. */
export type Scope =
  | 'read:jira-work'
  | 'write:jira-work'
  | 'read:jira-user'
  | 'manage:jira-project'
  | 'manage:jira-configuration';

export type Via =
  | 'anonymous'
  | 'session'
  | 'api-token'
  | 'password'
  | 'sso'
  | 'passkey'
  | 'sign-in-link'
  | 'scim';

/** What the door makes of a request's credential. Nothing else reads a credential. */
export interface Identity {
  readonly actor: Actor;
  readonly via: Via;
  /** Id of the token or session that was used; null for a password and for nobody. */
  readonly credentialId: number | null;
  /** Value of X-Seraph-LoginReason; null: the header is left out (nobody, or a session). */
  readonly loginReason: 'OK' | 'AUTHENTICATED_FAILED' | null;
  /** A session that only a browser holds (the web app's cookie): its origin is asked for more strictly. */
  readonly browserSession: boolean;
  /** A session that was opened with an API token: it may do what the token may, and no more. */
  readonly openedByToken?: boolean;
  /** Until when the session may administer without the password being asked for again, in ms; null: it is asked. */
  readonly webSudoUntil?: number | null;
  /** Set-Cookie lines of a session that the door opened for a remembered sign-in. */
  readonly cookies?: readonly string[];
  /** X-RateLimit-… of an account whose requests are limited. */
  readonly rateHeaders?: Readonly<Record<string, string>>;
  /** X-ASESSIONID: a mark of the session that is good for log lines and nothing else. */
  readonly sessionMark?: string;
}

/** Whether an API token is what stands behind the request, directly or through a session. */
export function isByToken(identity: Identity): boolean {
  return identity.via === 'api-token' || identity.openedByToken === true;
}

/** Where a request came from; for audit, sessions and the log. */
export interface Source {
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
}
