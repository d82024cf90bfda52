import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { noContent, type Route, route } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import type { AuthorisedApplication, KindOfApplication } from './authorised-applications.ts';

const path = '/rest/tessera/1/myself/authorised-applications';
const common = { tag: 'Authorised applications', access: 'signed-in', scope: 'full-access' } as const;
const timeOrNull = Type.Union([Type.String(), Type.Null()]);

const applicationJson = (kind: string, one: AuthorisedApplication) => ({
  kind,
  id: String(one.id),
  application: one.application,
  may: one.may,
  authorised: jiraTime(one.authorisedAt),
  expires: one.expiresAt === null ? null : jiraTime(one.expiresAt),
  lastUsed: one.lastUsedAt === null ? null : jiraTime(one.lastUsedAt),
});

/** What applications may do for whoever asks, of every kind. */
export const authorisedApplicationRoutes = (kinds: readonly KindOfApplication[]): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'listAuthorisedApplications',
    summary: 'Applications that you let act for you',
    responses: {
      200: Type.Array(
        Type.Object({
          kind: Type.String({ description: 'The protocol: `oauth1`, …' }),
          id: Type.String({ description: 'Its own within its kind.' }),
          application: Type.String(),
          may: Type.String(),
          authorised: Type.String(),
          expires: timeOrNull,
          lastUsed: timeOrNull,
        }),
      ),
    },
    handle: async (call) => {
      const lists = await Promise.all(
        kinds.map(async ({ kind, list }) => (await list(call)).map((one) => applicationJson(kind, one))),
      );
      return lists.flat();
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/:kind/:id`,
    id: 'revokeAuthorisedApplication',
    summary: 'Let an application act for you no more',
    params: Type.Object({ kind: Type.String(), id: Type.String() }),
    responses: { 204: null },
    handle: async (call) => {
      const { kind, id: idText } = call.params;
      const id = decimalId(idText);
      const revoked =
        id !== undefined && (await kinds.find((one) => one.kind === kind)?.revoke(call, id)) === true;
      if (!revoked) throw new NotFound('You let no such application act for you.');
      return noContent();
    },
  }),
];
