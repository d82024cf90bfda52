import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { siteId } from './site-id.ts';

/** Where clients of Cloud learn under which id a site answers at the gateway, without a credential. */
export const tenantRoutes = ({ db }: Site): Route[] => [
  route({
    method: 'GET',
    path: '/_edge/tenant_info',
    id: 'getTenantInfo',
    tag: 'Site',
    summary: "The site's cloudId, for addresses under /ex/jira/{cloudId}",
    access: 'no-door',
    scope: null,
    responses: { 200: Type.Object({ cloudId: Type.String() }) },
    handle: async () => ({ cloudId: await siteId(db) }),
  }),
];
