import type { ProviderKind, ProviderSettings } from '../../api/identity-providers.ts';

export interface KnownField {
  /** As the server calls it. */
  name: string;
  label: string;
  explanation?: string;
  kind: 'text' | 'secret' | 'switch' | 'words' | 'certificates' | 'pem' | 'choice' | 'number';
  required?: boolean;
  placeholder?: string;
  choices?: readonly { value: string; label: string }[];
  /** For a number. */
  unit?: string;
  /** What counts while nothing is chosen. */
  usual?: string | boolean | readonly string[];
  /** Rarely needed: shown when asked for. */
  rare?: boolean;
}

export interface KnownKind {
  label: string;
  /** When to choose it. */
  explanation: string;
  /** What people call one of these. */
  noun: string;
  fields: readonly KnownField[];
}

export const kinds: Readonly<Record<ProviderKind, KnownKind>> = {
  saml: {
    label: 'SAML 2.0',
    noun: 'identity provider',
    explanation: 'Keycloak, Microsoft Entra ID, Okta, Google Workspace, AD FS and most others.',
    fields: [
      {
        name: 'entityId',
        label: 'Entity ID of the provider',
        explanation: 'What the provider calls itself, to the letter. Also called issuer.',
        kind: 'text',
        required: true,
        placeholder: 'https://keycloak.example.com/realms/corp',
      },
      {
        name: 'ssoUrl',
        label: 'Sign-in address',
        explanation: 'SingleSignOnService with the HTTP-Redirect binding.',
        kind: 'text',
        required: true,
        placeholder: 'https://keycloak.example.com/realms/corp/protocol/saml',
      },
      {
        name: 'sloUrl',
        label: 'Sign-out address',
        explanation: 'SingleLogoutService. Empty: signing out here does not sign out there.',
        kind: 'text',
      },
      {
        name: 'certificates',
        label: 'Certificates of the provider',
        explanation: 'Everything between BEGIN and END CERTIFICATE. Two while the provider changes its key.',
        kind: 'certificates',
        required: true,
      },
      {
        name: 'nameIdFormat',
        label: 'Name of the person (NameID)',
        explanation: 'Persistent is best: an e-mail address changes hands.',
        kind: 'choice',
        usual: 'unspecified',
        choices: [
          { value: 'persistent', label: 'Persistent' },
          { value: 'emailAddress', label: 'E-mail address' },
          { value: 'unspecified', label: 'As the provider likes' },
        ],
      },
      {
        name: 'sloResponseUrl',
        label: 'Address for answers about signing out',
        explanation: 'Only if it is another one than the sign-out address.',
        kind: 'text',
        rare: true,
      },
      {
        name: 'allowUnsolicited',
        label: 'Accept sign-ins that begin at the provider',
        explanation:
          'For the tiles of its portal. Leave it off unless people need them: nothing shows then that the visitor wanted to sign in.',
        kind: 'switch',
        rare: true,
      },
      {
        name: 'wantsEncryption',
        label: 'Ask for encrypted assertions',
        explanation: 'In our metadata. Those that come encrypted are read in any case.',
        kind: 'switch',
        rare: true,
      },
    ],
  },
  oidc: {
    label: 'OpenID Connect',
    noun: 'identity provider',
    explanation:
      'Keycloak, Microsoft Entra ID, Okta, Google, Authentik: any provider with a discovery document.',
    fields: [
      {
        name: 'issuer',
        label: 'Issuer',
        explanation: 'Everything else is found from it (/.well-known/openid-configuration).',
        kind: 'text',
        required: true,
        placeholder: 'https://keycloak.example.com/realms/corp',
      },
      { name: 'clientId', label: 'Client ID', kind: 'text', required: true },
      {
        name: 'clientSecret',
        label: 'Client secret',
        explanation: 'Kept encrypted and never shown again. Empty only for a public client.',
        kind: 'secret',
      },
      {
        name: 'scopes',
        label: 'Scopes',
        explanation: 'What is asked for. Some providers send groups only with a scope of their own.',
        kind: 'words',
        usual: ['openid', 'profile', 'email'],
        rare: true,
      },
      {
        name: 'tokenAuth',
        label: 'How the secret is sent',
        kind: 'choice',
        usual: 'client_secret_basic',
        choices: [
          { value: 'client_secret_basic', label: 'In the header (client_secret_basic)' },
          { value: 'client_secret_post', label: 'In the form (client_secret_post)' },
        ],
        rare: true,
      },
    ],
  },
  ldap: {
    label: 'LDAP or Active Directory',
    noun: 'directory',
    explanation:
      'People type their directory password on Tessera’s own page. OpenLDAP, Active Directory, FreeIPA.',
    fields: [
      {
        name: 'flavour',
        label: 'Kind of directory',
        kind: 'choice',
        usual: 'openLdap',
        choices: [
          { value: 'openLdap', label: 'OpenLDAP or another one' },
          { value: 'activeDirectory', label: 'Active Directory' },
        ],
      },
      {
        name: 'url',
        label: 'Address',
        explanation: 'ldaps:// is encrypted from the start; ldap:// needs StartTLS.',
        kind: 'text',
        required: true,
        placeholder: 'ldaps://ldap.example.com',
      },
      {
        name: 'startTls',
        label: 'StartTLS',
        explanation: 'Encrypt a connection of ldap://.',
        kind: 'switch',
      },
      {
        name: 'bindDn',
        label: 'Account to search with',
        explanation:
          'It needs to read people and groups, nothing else. Empty: the directory is searched anonymously.',
        kind: 'text',
        placeholder: 'cn=tessera,ou=services,dc=example,dc=com',
      },
      {
        name: 'bindPassword',
        label: 'Its password',
        explanation: 'Kept encrypted and never shown again.',
        kind: 'secret',
      },
      {
        name: 'baseDn',
        label: 'Where people are',
        kind: 'text',
        required: true,
        placeholder: 'ou=people,dc=example,dc=com',
      },
      {
        name: 'userFilter',
        label: 'Which of them',
        explanation: 'A filter. Empty: everybody below that is a person.',
        kind: 'text',
        placeholder: '(objectClass=person)',
      },
      {
        name: 'groupBaseDn',
        label: 'Where groups are',
        explanation: 'Empty: groups are left alone.',
        kind: 'text',
        placeholder: 'ou=groups,dc=example,dc=com',
      },
      { name: 'groupFilter', label: 'Which of them', kind: 'text', rare: true },
      {
        name: 'nestedGroups',
        label: 'Members of a group in a group are members of both',
        kind: 'switch',
      },
      {
        name: 'syncMinutes',
        label: 'Compare every',
        explanation:
          'Names, groups, and who has left: their sessions end and their tokens are refused. 0: only at each sign-in.',
        kind: 'number',
        unit: 'minutes',
        usual: '60',
      },
      {
        name: 'caCertificates',
        label: 'Certificate authority',
        explanation: 'Only if the directory’s certificate comes from one of your own.',
        kind: 'pem',
        rare: true,
      },
    ],
  },
};

/** What the fields hold: text, or on and off. */
export type Typed = Readonly<Record<string, string | boolean | readonly string[]>>;

export function typedOf({ fields }: KnownKind, settings: ProviderSettings): Typed {
  return Object.fromEntries(fields.map((field) => [field.name, typedValue(field, settings[field.name])]));
}

function typedValue({ kind, usual }: KnownField, value: unknown): string | boolean | readonly string[] {
  if (kind === 'switch') return value === true;
  if (kind === 'words') return Array.isArray(value) ? value.map(String) : ((usual as string[]) ?? []);
  if (kind === 'certificates') return Array.isArray(value) ? value.map(asPem).join('\n') : '';
  return value === undefined || value === null ? String(usual ?? '') : String(value);
}

const asPem = (text: unknown): string => {
  const body = String(text)
    .replace(/-----[A-Z ]+-----/g, '')
    .replace(/\s+/g, '');
  const lines = body.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
};

/** As the server takes it; what is empty is left out, and so is a secret that was not typed again. */
export function settingsOf({ fields }: KnownKind, typed: Typed): ProviderSettings {
  return Object.fromEntries(
    fields.flatMap((field): [string, unknown][] => {
      const value = typed[field.name];
      if (typeof value === 'boolean') return value ? [[field.name, true]] : [];
      if (typeof value !== 'string') return value && value.length > 0 ? [[field.name, value]] : [];
      const text = value.trim();
      if (text === '') return [];
      if (field.kind === 'number') return [[field.name, /^\d+$/.test(text) ? Number(text) : text]];
      if (field.kind === 'certificates') return [[field.name, certificatesIn(text)]];
      return [[field.name, field.kind === 'secret' ? value : text]];
    }),
  );
}

/** Each block of PEM; text without one is a single certificate, as metadata holds it. */
function certificatesIn(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return blocks === null ? [text] : [...blocks];
}
