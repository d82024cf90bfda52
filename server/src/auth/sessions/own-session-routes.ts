import { Type } from 'typebox';
import { noContent, type Route, route } from '../../http/route.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import type { Site } from '../../site.ts';
import { clientName } from './client-name.ts';
import { endOwnOtherSessions, endOwnSession, listOwnSessions, type OwnSession } from './own-sessions.ts';

const path = '/rest/tessera/1/sessions';
const common = { tag: 'Session', scope: 'full-access', access: 'signed-in' } as const;

const session = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('web'), Type.Literal('rest')]),
  current: Type.Boolean(),
  address: Type.String(),
  userAgent: Type.String(),
  client: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String(),
  lastSeenAt: Type.String(),
  expiresAt: Type.String(),
  remembered: Type.Boolean(),
  byToken: Type.Boolean(),
});

/** Where one is signed in oneself. */
export const ownSessionRoutes = (site: Site): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'listOwnSessions',
    summary: 'Where you are signed in',
    responses: { 200: Type.Object({ sessions: Type.Array(session) }) },
    handle: async (call) => ({ sessions: (await listOwnSessions(site, call)).map(sessionJson) }),
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/:id`,
    id: 'endOwnSession',
    summary: 'End one of your sessions',
    params: Type.Object({ id: Type.String({ maxLength: 20 }) }),
    responses: { 204: null },
    handle: async (call) => {
      await endOwnSession(site, call, call.params.id);
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path,
    id: 'endOwnOtherSessions',
    summary: 'End all of your sessions but this one',
    responses: { 204: null },
    handle: async (call) => {
      await endOwnOtherSessions(site, call);
      return noContent();
    },
  }),
];

function sessionJson(one: OwnSession) {
  return {
    ...one,
    client: clientName(one.userAgent),
    createdAt: jiraTime(one.createdAt),
    lastSeenAt: jiraTime(one.lastSeenAt),
    expiresAt: jiraTime(one.expiresAt),
  };
}
