import { Type } from 'typebox';
import { type Route, route } from './route.ts';

/** Readiness: answered as soon as, and only while, requests are served. */
export const statusRoutes = (): Route[] => [
  route({
    method: 'GET',
    path: '/status',
    id: 'getReadiness',
    tag: 'Site',
    summary: 'Readiness',
    access: 'no-door',
    scope: null,
    responses: { 200: Type.Object({ state: Type.String() }) },
    handle: async () => ({ state: 'RUNNING' }),
  }),
];
