import { Type } from 'typebox';
import { BadRequest } from '../../errors.ts';
import { Answer, noContent, type Route, route } from '../../http/route.ts';
import type { DoorParts } from '../prove.ts';
import { confirmEmail, removeAlias, requestEmailChange, viewOwnEmail } from './email-change.ts';

const path = '/rest/tessera/1/myself/email';
const common = { tag: 'Account', scope: 'full-access' } as const;

export const emailRoutes = (parts: DoorParts): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'getOwnEmail',
    summary: 'The addresses one signs in with',
    access: 'signed-in',
    responses: {
      200: Type.Object({
        email: Type.String(),
        verified: Type.Boolean(),
        pending: Type.Union([Type.String(), Type.Null()]),
        aliases: Type.Array(Type.String()),
      }),
    },
    handle: async (call) => viewOwnEmail(parts.site, call),
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'changeOwnEmail',
    summary: "Mail a link to an address; opening it makes the address one's own",
    access: 'signed-in',
    body: Type.Object(
      { email: Type.String({ maxLength: 320 }), password: Type.String() },
      { additionalProperties: false },
    ),
    responses: { 202: null },
    handle: async ({ body, ...call }) => {
      await requestEmailChange(parts, { ...call, base: call.wire.base }, body);
      return new Answer(202);
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/alias`,
    id: 'removeEmailAlias',
    summary: 'Stop an earlier address from signing in',
    access: 'signed-in',
    query: Type.Object({ email: Type.Optional(Type.String({ minLength: 1 })) }),
    responses: { 204: null },
    handle: async (call) => {
      const { email } = call.query;
      if (email === undefined) {
        throw new BadRequest({ fields: { email: 'Say which address: ?email=fred@example.com.' } });
      }
      await removeAlias(parts.site, call, email);
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/email-verification',
    id: 'confirmEmail',
    summary: 'Open a link that was mailed to an address',
    access: 'sign-in',
    body: Type.Object({ code: Type.String({ maxLength: 200 }) }, { additionalProperties: false }),
    responses: { 204: null },
    handle: async (call) => {
      await confirmEmail(parts.site, call.body.code, call.source);
      return noContent();
    },
  }),
];
