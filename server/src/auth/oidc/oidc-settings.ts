import { type Static, Type } from 'typebox';
import { isLoopback } from '../../lib/loopback.ts';

/** A client as it is registered at an OpenID provider (OpenID Connect Core 1.0); its metadata is discovered. */
export const oidcSettingsSchema = Type.Object(
  {
    /** To the letter as in the provider's tokens (`iss`). */
    issuer: Type.String({ minLength: 1, maxLength: 1000 }),
    clientId: Type.String({ minLength: 1, maxLength: 1000 }),
    /** Left out for a public client, which PKCE alone protects. */
    clientSecret: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    /** `openid` is asked for in any case. */
    scopes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' }), {
        maxItems: 30,
      }),
    ),
    tokenAuth: Type.Optional(
      Type.Union([Type.Literal('client_secret_basic'), Type.Literal('client_secret_post')]),
    ),
  },
  { additionalProperties: false },
);

export type OidcSettings = Static<typeof oidcSettingsSchema>;

const usualScopes = ['openid', 'profile', 'email'];

export const scopeOf = ({ scopes = usualScopes }: OidcSettings): string =>
  [...new Set(['openid', ...scopes])].join(' ');

export function oidcFaults(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const { issuer } = settings as OidcSettings;
  const fault = issuerFault(issuer);
  return fault === undefined ? {} : { issuer: fault };
}

function issuerFault(text: string): string | undefined {
  const wanted = 'An address that begins with https:// is needed (http:// only for this machine).';
  if (!URL.canParse(text)) return wanted;
  const { protocol, hostname, username, search, hash } = new URL(text);
  if (username !== '' || search !== '' || hash !== '')
    return 'An issuer has no user name, no query (?) and no fragment (#).';
  if (text.includes('/.well-known/'))
    return 'Leave out /.well-known/openid-configuration: the issuer is what stands before it.';
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)) ? undefined : wanted;
}
