import { Type } from 'typebox';
import { created, noContent, type Route, route } from '../../http/route.ts';
import type { Site } from '../../site.ts';
import { factorsJson, factorsShape } from './factor-json.ts';
import {
  addPasskey,
  beginAuthenticator,
  beginPasskey,
  changeFactorGroups,
  confirmAuthenticator,
  editPasskey,
  forgetTrustedDevices,
  removeAuthenticator,
  removePasskey,
  renewRecoveryCodes,
  resetFactors,
  viewFactorGroups,
  viewFactors,
  viewOwnFactors,
} from './factors.ts';

const tag = 'Second factors';
const path = '/rest/tessera/1/myself/factors';
const own = { tag, access: 'signed-in', scope: 'full-access' } as const;
const administrators = { tag, access: 'signed-in', scope: 'manage:jira-configuration' } as const;
const name = Type.String({ maxLength: 200 });
export const codeSchema = Type.String({ minLength: 1, maxLength: 100 });
/** A credential as the browser gives it (WebAuthn §5.1, toJSON). */
export const passkeySchema = Type.Object(
  { id: Type.String({ maxLength: 2048 }) },
  { additionalProperties: true },
);

const codesShape = Type.Object({
  recoveryCodes: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'Shown once, with the first factor of an account.',
  }),
});
const codesJson = (codes: readonly string[] | undefined) => ({ recoveryCodes: codes ?? null });

export const enrolmentShape = Type.Object({
  secret: Type.String({ description: 'The seed in base32, for typing it.' }),
  uri: Type.String(),
  qr: Type.String({ description: 'The same as a picture, SVG.' }),
});

/** The second factors of one's own account; what changes them needs a proof of the last minutes. */
const ownRoutes = (site: Site): Route[] => [
  route({
    ...own,
    method: 'GET',
    path,
    id: 'getOwnFactors',
    summary: 'Second factors of one’s account',
    responses: { 200: factorsShape },
    handle: async (call) => factorsJson(await viewOwnFactors(site, call)),
  }),
  route({
    ...own,
    method: 'POST',
    path: `${path}/authenticator`,
    id: 'beginAuthenticator',
    summary: 'Begin to set up an authenticator app',
    responses: { 201: enrolmentShape },
    handle: async (call) => {
      const { secret, uri, qr } = await beginAuthenticator(site, call);
      return created({ secret, uri, qr }, { 'Cache-Control': 'no-store' });
    },
  }),
  route({
    ...own,
    method: 'PUT',
    path: `${path}/authenticator`,
    id: 'confirmAuthenticator',
    summary: 'Finish setting up an authenticator app, with its first code',
    body: Type.Object({ code: codeSchema }, { additionalProperties: false }),
    responses: { 200: codesShape },
    handle: async ({ body, ...call }) => codesJson(await confirmAuthenticator(site, call, body.code)),
  }),
  route({
    ...own,
    method: 'DELETE',
    path: `${path}/authenticator`,
    id: 'removeAuthenticator',
    summary: 'Remove the authenticator app',
    responses: { 204: null },
    handle: async (call) => {
      await removeAuthenticator(site, call);
      return noContent();
    },
  }),
  route({
    ...own,
    method: 'POST',
    path: `${path}/passkeys/options`,
    id: 'beginPasskey',
    summary: 'What a browser needs for making a passkey',
    responses: { 200: Type.Unknown() },
    handle: async (call) => beginPasskey(site, call),
  }),
  route({
    ...own,
    method: 'POST',
    path: `${path}/passkeys`,
    id: 'addPasskey',
    summary: 'Add the passkey that the browser made',
    body: Type.Object({ name, response: passkeySchema }, { additionalProperties: false }),
    responses: { 201: codesShape },
    handle: async ({ body, ...call }) => created(codesJson(await addPasskey(site, call, body))),
  }),
  route({
    ...own,
    method: 'PUT',
    path: `${path}/passkeys/:id`,
    id: 'renamePasskey',
    summary: 'Call a passkey otherwise',
    params: Type.Object({ id: Type.String() }),
    body: Type.Object({ name }, { additionalProperties: false }),
    responses: { 204: null },
    handle: async ({ body, ...call }) => {
      await editPasskey(site, call, call.params.id, body.name);
      return noContent();
    },
  }),
  route({
    ...own,
    method: 'DELETE',
    path: `${path}/passkeys/:id`,
    id: 'removePasskey',
    summary: 'Remove a passkey',
    params: Type.Object({ id: Type.String() }),
    responses: { 204: null },
    handle: async (call) => {
      await removePasskey(site, call, call.params.id);
      return noContent();
    },
  }),
  route({
    ...own,
    method: 'POST',
    path: `${path}/recovery-codes`,
    id: 'renewRecoveryCodes',
    summary: 'Make new recovery codes; the old ones are void',
    responses: { 201: codesShape },
    handle: async (call) => created(codesJson(await renewRecoveryCodes(site, call))),
  }),
  route({
    ...own,
    method: 'DELETE',
    path: `${path}/trusted-devices`,
    id: 'forgetTrustedDevices',
    summary: 'Ask for the second step on every device again',
    responses: { 204: null },
    handle: async (call) => {
      await forgetTrustedDevices(site, call);
      return noContent();
    },
  }),
];

const administratorRoutes = (site: Site): Route[] => [
  route({
    ...administrators,
    method: 'GET',
    path: '/rest/tessera/1/users/:accountId/factors',
    id: 'getUserFactors',
    summary: 'Second factors of an account',
    params: Type.Object({ accountId: Type.String() }),
    responses: { 200: factorsShape },
    handle: async (call) => factorsJson(await viewFactors(site, call, call.params.accountId)),
  }),
  route({
    ...administrators,
    method: 'DELETE',
    path: '/rest/tessera/1/users/:accountId/factors',
    id: 'resetUserFactors',
    summary: 'Remove all second factors of an account; its sessions end',
    params: Type.Object({ accountId: Type.String() }),
    responses: { 204: null },
    handle: async (call) => {
      await resetFactors(site, call, call.params.accountId);
      return noContent();
    },
  }),
  route({
    ...administrators,
    method: 'GET',
    path: '/rest/tessera/1/factor-groups',
    id: 'getFactorGroups',
    summary: 'Groups whose members must have a second factor',
    responses: { 200: Type.Object({ groups: Type.Array(Type.String()) }) },
    handle: async (call) => ({ groups: await viewFactorGroups(site, call) }),
  }),
  route({
    ...administrators,
    method: 'PUT',
    path: '/rest/tessera/1/factor-groups',
    id: 'changeFactorGroups',
    summary: 'Say whose members must have a second factor',
    body: Type.Object({ groups: Type.Array(name, { maxItems: 100 }) }, { additionalProperties: false }),
    responses: { 200: Type.Object({ groups: Type.Array(Type.String()) }) },
    handle: async ({ body, ...call }) => ({ groups: await changeFactorGroups(site, call, body.groups) }),
  }),
];

export const factorRoutes = (site: Site): Route[] => [...ownRoutes(site), ...administratorRoutes(site)];
