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
  /** Ids of the projects that the credential is held to; undefined: all that the account may see. */
  readonly projects?: ReadonlySet<number> | undefined;
  /** The most that the credential may exercise of what administers the site; undefined: all that the account holds. */
  readonly administers?: Administers | undefined;
}

export type Administers = 'nothing' | 'the site but for its system';

/** What a credential may be limited to; Atlassian's names. Every route declares its own. */
export const scopes = [
  'read:jira-work',
  'write:jira-work',
  'write:comment:jira',
  'read:jira-user',
  'manage:jira-project',
  'manage:jira-configuration',
  'manage:jira-webhook',
] as const;
export type Scope = (typeof scopes)[number];

/** What a route asks for; `full-access`: no credential that is held to scopes opens it. */
export type RouteScope = Scope | 'full-access';

/** What a credential is held to, beside what its owner may. */
export interface Limits {
  /** undefined: everything the owner may. */
  readonly scopes?: ReadonlySet<Scope> | undefined;
  /** Ids; undefined: every project. */
  readonly projects?: ReadonlySet<number> | undefined;
  /** It counts from some addresses only; whether it came from one of them has been looked at. */
  readonly addresses?: boolean | undefined;
  /** See Actor. */
  readonly administers?: Administers | undefined;
}

export const noLimits: Limits = {};

export type Via =
  | 'anonymous'
  | 'session'
  | 'api-token'
  | 'oauth1'
  | 'oauth2'
  | 'password'
  | 'sso'
  | 'passkey'
  | 'sign-in-link'
  | 'scim';

/** What the door makes of a request's credential. Nothing else reads a credential. */
export interface Identity {
  readonly actor: Actor;
  readonly via: Via;
  /** Id of the token, grant or session that was used; null for a password and for nobody. */
  readonly credentialId: number | null;
  /** What the credential is held to; undefined: nothing. Its projects are the actor's too, which rules look at. */
  readonly limits?: Limits | undefined;
  /** When the credential ends, if that is so soon that every answer says so, in ms. */
  readonly expiresSoonAt?: number | undefined;
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
  /** Name of the application that acts for the person; undefined: the person, or a token of theirs, acts. */
  readonly application?: string;
  /** OAuth 1.0a: the only body that the signature holds for, by its hash in base64; undefined: it says nothing of the body. */
  readonly bodyHash?: string | undefined;
  /** X-ASESSIONID: a mark of the session that is good for log lines and nothing else. */
  readonly sessionMark?: string;
}

/** Whether a program's credential is what stands behind the request, directly or through a session. */
export function isByToken({ via, openedByToken }: Identity): boolean {
  return via === 'api-token' || via === 'oauth1' || via === 'oauth2' || openedByToken === true;
}

/** Where a request came from; for audit, sessions and the log. */
export interface Source {
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
}
