import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { checkHealth } from './health.ts';

export const healthRoutes = (site: Site): Route[] => [
  route({
    method: 'GET',
    path: '/rest/tessera/1/health',
    id: 'getHealth',
    tag: 'Site',
    summary: 'What the server finds out about itself, for who runs it',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    responses: {
      200: Type.Object({
        checks: Type.Array(
          Type.Object({ id: Type.String(), state: Type.String(), title: Type.String(), text: Type.String() }),
        ),
      }),
    },
    handle: async (call) => ({ checks: await checkHealth(site, call) }),
  }),
];
