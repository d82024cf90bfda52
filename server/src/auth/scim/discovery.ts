import { schemas } from './resources.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0';

const listOf = (resources: readonly object[]): object => ({
  schemas: [schemas.list],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: resources,
});

const attribute = (name: string, more: object = {}): object => ({
  name,
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
});

/** What the service can do (RFC 7643 §§5-7), by the last part of its address. */
export const discovery: Readonly<Record<string, (base: string) => object>> = {
  ServiceProviderConfig: (base) => ({
    schemas: [`${core}:ServiceProviderConfig`],
    documentationUri: 'https://www.rfc-editor.org/rfc/rfc7644',
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 500 },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A secret that an administrator makes on the page of the identity provider.',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/scim/v2/ServiceProviderConfig` },
  }),
  ResourceTypes: (base) =>
    listOf(
      (['User', 'Group'] as const).map((name) => ({
        schemas: [`${core}:ResourceType`],
        id: name,
        name,
        endpoint: `/${name}s`,
        schema: `${core}:${name}`,
        meta: { resourceType: 'ResourceType', location: `${base}/scim/v2/ResourceTypes/${name}` },
      })),
    ),
  Schemas: (base) =>
    listOf([
      {
        schemas: [`${core}:Schema`],
        id: schemas.user,
        name: 'User',
        description: 'An account',
        attributes: [
          attribute('userName', { required: true, uniqueness: 'server' }),
          attribute('externalId', { caseExact: true }),
          attribute('displayName'),
          attribute('name', {
            type: 'complex',
            subAttributes: [attribute('formatted'), attribute('givenName'), attribute('familyName')],
          }),
          attribute('emails', {
            type: 'complex',
            multiValued: true,
            subAttributes: [attribute('value'), attribute('type'), attribute('primary', { type: 'boolean' })],
          }),
          attribute('active', { type: 'boolean' }),
        ],
        meta: { resourceType: 'Schema', location: `${base}/scim/v2/Schemas/${schemas.user}` },
      },
      {
        schemas: [`${core}:Schema`],
        id: schemas.group,
        name: 'Group',
        description: 'A group',
        attributes: [
          attribute('displayName', { required: true, uniqueness: 'server' }),
          attribute('externalId', { caseExact: true }),
          attribute('members', {
            type: 'complex',
            multiValued: true,
            subAttributes: [attribute('value'), attribute('display', { mutability: 'readOnly' })],
          }),
        ],
        meta: { resourceType: 'Schema', location: `${base}/scim/v2/Schemas/${schemas.group}` },
      },
    ]),
};
