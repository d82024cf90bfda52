import { Type } from 'typebox';
import { type Route, route } from '../../http/route.ts';
import type { Site } from '../../site.ts';
import { revokePresented } from './leaks.ts';

/** As GitHub's resource for leaked credentials: no sign-in, since whoever holds a secret has all it takes. */
export const leakRoutes = (site: Site): Route[] => [
  route({
    method: 'POST',
    path: '/rest/tessera/1/leaked-tokens',
    id: 'revokeLeakedTokens',
    tag: 'API tokens',
    summary: 'Revoke API tokens by presenting them; for scanners, and for whoever finds one',
    access: 'sign-in',
    scope: null,
    body: Type.Object(
      { tokens: Type.Array(Type.String({ minLength: 20, maxLength: 4096 }), { minItems: 1, maxItems: 100 }) },
      { additionalProperties: false },
    ),
    responses: {
      200: Type.Object({
        revoked: Type.Integer({ description: 'How many were alive, and are no more.' }),
      }),
    },
    handle: async ({ body, source }) => ({ revoked: await revokePresented(site, body.tokens, source) }),
  }),
];
