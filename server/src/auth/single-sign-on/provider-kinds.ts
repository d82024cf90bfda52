import type { TSchema } from 'typebox';
import type { Db } from '../../db/tables.ts';
import type { Site } from '../../site.ts';
import { ldap } from '../ldap/ldap.ts';
import { oidc } from '../oidc/oidc.ts';
import { saml } from '../saml/saml.ts';
import type { ProviderSession } from '../sessions/sessions.ts';
import type { Provider, ProviderKind } from './provider.ts';

/** A visit to the provider, about to begin. */
export interface Beginning {
  readonly provider: Provider;
  /** Comes back with the answer: `state`, RelayState. */
  readonly state: string;
  /** The provider shall ask for credentials even if it knows its visitor. */
  readonly fresh: boolean;
  /** Base URL of this site. */
  readonly base: string;
}

export interface KindOfProvider {
  /** Schema of its settings, secrets included; unknown properties are refused. */
  readonly settings: TSchema;
  /** Names of the settings that are sealed and never answered. */
  readonly secrets: readonly string[];
  /** To whom the secrets are shown: where that changes they must be typed again, or whoever changes it would learn them. */
  secretsGoTo?(settings: Readonly<Record<string, unknown>>): string;
  /** What the schema cannot say, by field; `kept` are the secrets that are stored and left as they are. */
  faults?(
    settings: Readonly<Record<string, unknown>>,
    kept: ReadonlySet<string>,
  ): Readonly<Record<string, string>>;
  /** What a new provider needs besides, made before the transaction that stores it; the result stores it too. */
  prepare?(site: Site): Promise<(trx: Db, providerId: number) => Promise<void>>;
  /**
   * Where to send the browser, and what must be known again when it comes back. Kinds without it take passwords on our own
   * page and have no button. Throws ProviderUnavailable when the provider cannot be reached.
   */
  begin?(
    site: Site,
    beginning: Beginning,
  ): Promise<{ readonly location: string; readonly data: Readonly<Record<string, unknown>> }>;
  /** What will stop working soon, a sentence for each. */
  troubles?(site: Site, provider: Provider): Promise<readonly string[]>;
  /** Where the browser goes after signing out here, to sign out there too; undefined: it cannot. */
  endSession?(
    site: Site,
    ending: { readonly provider: Provider; readonly session: ProviderSession; readonly base: string },
  ): Promise<string | undefined>;
}

/** Every kind that there is; each lives in a folder of its own beside this one. */
export const providerKinds: Readonly<Partial<Record<ProviderKind, KindOfProvider>>> = { saml, oidc, ldap };
