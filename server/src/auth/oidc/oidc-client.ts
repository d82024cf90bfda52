/** Addresses by which an OpenID provider knows this site; each provider has its own, so that none answers for another. */
export interface OidcClient {
  readonly redirectUri: string;
  /** OpenID Connect Back-Channel Logout 1.0. */
  readonly backchannelLogoutUri: string;
  /** OpenID Connect RP-Initiated Logout 1.0. */
  readonly postLogoutRedirectUri: string;
}

export function oidcClientOf(base: string, providerId: number): OidcClient {
  const root = `${base}/sso/oidc/${providerId}`;
  return {
    redirectUri: `${root}/callback`,
    backchannelLogoutUri: `${root}/backchannel-logout`,
    postLogoutRedirectUri: `${base}/sign-in`,
  };
}
