import { Type } from 'typebox';
import { type Route, route } from '../../http/route.ts';
import { type DoorParts, proveSecret } from '../prove.ts';
import { webSessionAnswer } from '../sessions/web-session-routes.ts';
import { setUp, setupCodeIsValid } from './setup.ts';

const path = '/rest/tessera/1/setup';
const common = { tag: 'Set-up', access: 'sign-in', scope: null } as const;

/** First start: the holder of the printed one-time link makes the first administrator. */
export const setupRoutes = (parts: DoorParts): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'checkSetupCode',
    summary: 'Whether a set-up code still counts',
    query: Type.Object({ code: Type.String({ maxLength: 200 }) }),
    responses: { 200: Type.Object({ valid: Type.Boolean() }) },
    handle: async (call) => ({ valid: await setupCodeIsValid(parts.site, call.query.code) }),
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'setUpSite',
    summary: 'Make the first administrator and sign in',
    body: Type.Object(
      {
        code: Type.String({ maxLength: 200 }),
        email: Type.String(),
        username: Type.String(),
        displayName: Type.String(),
        password: Type.String(),
      },
      { additionalProperties: false },
    ),
    responses: { 201: Type.Unknown() },
    handle: async (call) => {
      const { code, email, username, displayName, password } = call.body;
      await setUp(parts.site, code, { name: username, email, displayName, password }, call.source);
      const from = { source: call.source, channel: 'form', tokens: false } as const;
      const proof = await proveSecret(parts, username, password, from);
      return webSessionAnswer(parts, call, proof, 201);
    },
  }),
];
