import { Type } from 'typebox';
import { readRevision } from '../../db/revision.ts';
import { BadRequest } from '../../errors.ts';
import { Answer, type Call, created, type Route, route } from '../../http/route.ts';
import type { DoorParts } from '../prove.ts';
import { signedInAnswer } from '../sessions/web-session-routes.ts';
import { finishSignIn } from '../sign-in/finish-sign-in.ts';
import { codeSchema, enrolmentShape, passkeySchema } from './factor-routes.ts';
import { beginAuthenticatorOf, confirmAuthenticatorOf } from './factors.ts';
import { passkeyOptionsShape } from './passkey-options-shape.ts';
import { provePasskey } from './passkey-sign-in.ts';
import { authenticationOptions } from './passkeys.ts';
import { openPending, requirePending, takeSecondStep, waysOf } from './second-step.ts';

const tag = 'Second factors';
const path = '/rest/tessera/1/second-step';
const common = { tag, access: 'sign-in', scope: null } as const;

const stepVisit = (call: Call) => ({ ...call, base: call.wire.base });

/** After a right first step: which second one, and taking it. The browser's cookie says whose sign-in it is. */
export const secondStepRoutes = (parts: DoorParts): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'getSecondStep',
    summary: 'Which second step the sign-in in this browser waits for',
    responses: {
      200: Type.Object({
        name: Type.String(),
        totp: Type.Boolean(),
        passkey: Type.Boolean(),
        recoveryCode: Type.Boolean(),
        enrol: Type.Boolean({ description: 'A second factor must be set up first.' }),
      }),
    },
    handle: async (call) => {
      const { user } = await requirePending(parts.site, call.cookieHeader);
      return { name: user.name, ...(await waysOf(parts.site.db, user.id)) };
    },
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'takeSecondStep',
    summary: 'Sign in with the second step: a code, a recovery code or a passkey',
    body: Type.Object(
      {
        code: Type.Optional(codeSchema),
        passkey: Type.Optional(passkeySchema),
        trustDevice: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Unknown() },
    handle: async ({ body, ...call }) => {
      if ((body.code === undefined) === (body.passkey === undefined)) {
        throw new BadRequest({ fields: { code: 'Give a code or a passkey.' } });
      }
      const { proof, opened, returnTo } = await takeSecondStep(parts, body, stepVisit(call as Call), {
        trustDevice: body.trustDevice === true,
      });
      return signedInAnswer(parts, call as Call, proof, opened, 200, { returnTo });
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/passkey-options`,
    id: 'beginSecondStepPasskey',
    summary: 'What the browser needs for a passkey as the second step',
    responses: { 200: passkeyOptionsShape },
    handle: async (call) => {
      const { user } = await requirePending(parts.site, call.cookieHeader);
      return authenticationOptions(parts.site, 'second-step', user.id, call.wire.base);
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/authenticator`,
    id: 'beginSecondStepEnrolment',
    summary: 'Set up an authenticator app in the middle of a sign-in, where one is required',
    responses: { 201: enrolmentShape },
    handle: async (call) => {
      const { user } = await requireEnrolment(parts, call);
      const revision = await readRevision(parts.site.db);
      const { secret, uri, qr } = await beginAuthenticatorOf(parts.site, user, revision);
      return created({ secret, uri, qr });
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${path}/authenticator`,
    id: 'finishSecondStepEnrolment',
    summary: 'The first code of the app that was set up in the middle of a sign-in; signs in',
    body: Type.Object({ code: codeSchema }, { additionalProperties: false }),
    responses: { 200: Type.Unknown() },
    handle: async ({ body, ...call }) => {
      const { pending, user } = await requireEnrolment(parts, call as Call);
      const recoveryCodes = await confirmAuthenticatorOf(parts.site, user, call, body.code);
      const visit = stepVisit(call as Call);
      const { proof, opened, returnTo } = await openPending(parts, pending, user, visit, {
        trustDevice: false,
      });
      const more = { returnTo, recoveryCodes: recoveryCodes ?? null };
      return signedInAnswer(parts, call as Call, proof, opened, 200, more);
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/session/passkey-options',
    id: 'beginPasskeySignIn',
    summary: 'What the browser needs for signing in with a passkey alone',
    responses: { 200: passkeyOptionsShape },
    handle: async (call) => authenticationOptions(parts.site, 'sign-in', null, call.wire.base),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/session/passkey',
    id: 'signInByPasskey',
    summary: 'Sign in to the web app with a passkey alone',
    body: Type.Object(
      { passkey: passkeySchema, rememberMe: Type.Optional(Type.Boolean()) },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Unknown() },
    handle: async ({ body, ...call }) => {
      const visit = stepVisit(call as Call);
      const proof = await provePasskey(parts, body.passkey, visit);
      const opening = { kind: 'web', rememberMe: body.rememberMe === true } as const;
      const finished = await finishSignIn(parts, proof, opening, visit);
      if (finished.is === 'second-step')
        return new Answer(200, { secondStep: true }, { 'Set-Cookie': finished.cookies });
      return signedInAnswer(parts, call as Call, proof, finished);
    },
  }),
];

/** Only where there is no factor yet: else whoever has the password could replace the owner's. */
async function requireEnrolment(parts: DoorParts, { cookieHeader }: Pick<Call, 'cookieHeader'>) {
  const found = await requirePending(parts.site, cookieHeader);
  const { enrol } = await waysOf(parts.site.db, found.user.id);
  if (!enrol) throw new BadRequest('The account has a second factor: use it.');
  return found;
}
