import { type Static, Type } from 'typebox';

export type ProviderKind = 'saml' | 'oidc' | 'ldap';

const name = Type.String({ minLength: 1, maxLength: 255 });

/** What becomes of whom a provider vouches for; the same for every kind. */
export const accountRulesSchema = Type.Object(
  {
    /** Whoever has no account here gets one (just in time). */
    createsAccounts: Type.Boolean(),
    /** Display name and e-mail address follow the provider at each sign-in. */
    updatesAccounts: Type.Boolean(),
    /** Tessera's own second factor is asked for after the provider; false: the provider's word is enough. */
    asksSecondFactor: Type.Boolean(),
    /** Names of the provider's attributes or claims; left out: the kind's usual ones. */
    attributes: Type.Object(
      {
        userName: Type.Optional(name),
        email: Type.Optional(name),
        displayName: Type.Optional(name),
        groups: Type.Optional(name),
      },
      { additionalProperties: false },
    ),
    /** Groups of ours that everybody of this provider joins. */
    joins: Type.Array(name, { maxItems: 50 }),
    /** Members of a group there are members of a group here, and leave it when they leave there. */
    groups: Type.Array(Type.Object({ theirs: name, ours: name }, { additionalProperties: false }), {
      maxItems: 500,
    }),
  },
  { additionalProperties: false },
);

export type AccountRules = Static<typeof accountRulesSchema>;

export const defaultAccountRules: AccountRules = {
  createsAccounts: true,
  updatesAccounts: true,
  asksSecondFactor: false,
  attributes: {},
  joins: ['jira-software-users'],
  groups: [],
};

/** A way to sign in elsewhere, as configured; secrets of its settings are sealed and not in it. */
export interface Provider {
  readonly id: number;
  readonly kind: ProviderKind;
  readonly name: string;
  readonly enabled: boolean;
  /** Directories are asked, and buttons are shown, in this order. */
  readonly position: number;
  readonly accountRules: AccountRules;
  /** What its kind needs; see the kind's settings. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sealed JSON of the secret settings; null: there are none. */
  readonly sealed: string | null;
  /** E-mail domains whose people must come this way. */
  readonly requiredDomains: readonly string[];
  readonly updatedAt: number;
}

/** Made, so that its addresses here are known, and not set up yet: it is switched off and cannot be visited. */
export const isUnfinished = ({ settings }: Pick<Provider, 'settings'>): boolean =>
  Object.keys(settings).length === 0;

/** Whom a provider vouches for, after everything about its word has been checked. */
export interface Person {
  /** What the provider calls them for ever: NameID, `sub`, entryUUID. With the provider it names one account. */
  readonly subject: string;
  readonly userName?: string | undefined;
  readonly email?: string | undefined;
  readonly displayName?: string | undefined;
  /** Names of the groups there; undefined: it said nothing about groups, so nothing changes. */
  readonly groups?: readonly string[] | undefined;
}
