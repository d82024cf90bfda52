/** Addresses by which an identity provider knows this site. Each provider has its own: an assertion for one is void at another. */
export interface ServiceProvider {
  /** Also the address of the metadata. */
  readonly entityId: string;
  readonly acsUrl: string;
  readonly sloUrl: string;
}

export function serviceProviderOf(base: string, providerId: number): ServiceProvider {
  const root = `${base}/sso/saml/${providerId}`;
  return { entityId: `${root}/metadata`, acsUrl: `${root}/acs`, sloUrl: `${root}/slo` };
}
