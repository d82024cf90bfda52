import { Type } from 'typebox';
import { type Route, route } from '../../http/route.ts';
import type { Site } from '../../site.ts';
import { decide, viewAsked } from './consent.ts';

const common = {
  tag: 'OAuth 1.0a',
  path: '/rest/tessera/1/oauth1/authorization',
  access: 'signed-in',
  scope: 'full-access',
} as const;
const token = Type.String({ maxLength: 200 });
const textOrNull = Type.Union([Type.String(), Type.Null()]);

/** What the consent page shows and does. */
export const consentRoutes = (site: Site): Route[] => [
  route({
    ...common,
    method: 'GET',
    id: 'getApplicationRequest',
    summary: 'What an application asks you for',
    query: Type.Object({ token }),
    responses: {
      200: Type.Object({
        application: Type.String(),
        callback: Type.Union([Type.String(), Type.Null()], {
          description: 'The site that you are sent back to; null: the application asks for a code.',
        }),
      }),
    },
    handle: async (call) => {
      const { link, request } = await viewAsked(site, call.query.token);
      const { callback } = request;
      return { application: link.name, callback: callback === null ? null : new URL(callback).origin };
    },
  }),
  route({
    ...common,
    method: 'POST',
    id: 'decideApplicationRequest',
    summary: 'Let an application act for you, or not',
    body: Type.Object(
      { token, approve: Type.Boolean(), accountId: Type.String() },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Object({ location: textOrNull, verifier: textOrNull }) },
    handle: async ({ body, ...call }) => decide(site, call, body),
  }),
];
