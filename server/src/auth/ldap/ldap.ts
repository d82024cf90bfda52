import type { KindOfProvider } from '../single-sign-on/provider-kinds.ts';
import { directoryTroubles } from './directory-troubles.ts';
import { ldapFaults, ldapSettingsSchema } from './ldap-settings.ts';

/** A directory: people type their password here, and it is asked whether it is right. So there is no way there. */
export const ldap: KindOfProvider = {
  settings: ldapSettingsSchema,
  secrets: ['bindPassword'],
  secretsGoTo: ({ url, bindDn }) => JSON.stringify([url, bindDn]),
  faults: ldapFaults,
  troubles: directoryTroubles,
};
