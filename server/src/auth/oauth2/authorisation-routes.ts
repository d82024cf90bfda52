import { Type } from 'typebox';
import { Answer, type Route, route } from '../../http/route.ts';
import type { Site } from '../../site.ts';
import {
  type AskedConsent,
  decideAuthorisation,
  authorisationPath as path,
  viewAuthorisation,
} from './authorisations.ts';
import { decideDevice, viewDevice } from './devices.ts';
import { scopeTexts } from './oauth2-scopes.ts';
import type { ProviderAt } from './provider.ts';

const common = { tag: 'OAuth 2.0', access: 'signed-in', scope: 'full-access' } as const;
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const consentShape = {
  application: Type.String(),
  may: Type.Array(Type.Object({ scope: Type.String(), text: Type.String() })),
};
const userCode = Type.String({ minLength: 1, maxLength: 20 });
const decision = {
  allow: Type.Boolean({ description: 'Whether the application is given what it asks for.' }),
  accountId: Type.String({ description: 'Who saw the page: another may have signed in meanwhile.' }),
};

const consentJson = ({ link, scopes }: Pick<AskedConsent, 'link' | 'scopes'>) => ({
  application: link.name,
  may: scopeTexts(scopes),
});

/** What the pages ask that let an application in, or not. */
export const authorisationRoutes = (site: Site, providerAt: ProviderAt): Route[] => [
  route({
    ...common,
    method: 'GET',
    path: `${path}/:id`,
    id: 'getAuthorisation',
    summary: 'What an application asks for, in the browser that it sent here',
    params,
    responses: { 200: Type.Object({ ...consentShape, redirectHost: Type.String() }) },
    handle: async (call) => {
      const asked = await viewAuthorisation(site, await providerAt(call.wire.base), call, call.params.id);
      return { ...consentJson(asked), redirectHost: new URL(asked.redirectUri).host };
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/:id`,
    id: 'decideAuthorisation',
    summary: 'Allow it or not; the answer says where the browser goes on',
    params,
    body: Type.Object(decision, { additionalProperties: false }),
    responses: { 200: Type.Object({ location: Type.String() }) },
    handle: async ({ body, ...call }) => {
      const provider = await providerAt(call.wire.base);
      const { location, cookie } = await decideAuthorisation(site, provider, call, call.params.id, body);
      return new Answer(200, { location }, { 'Set-Cookie': [cookie] });
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/device-codes',
    id: 'viewDeviceCode',
    summary: 'What a device asks for that shows this code',
    body: Type.Object({ userCode }, { additionalProperties: false }),
    responses: { 200: Type.Object(consentShape) },
    handle: async ({ body, ...call }) =>
      consentJson(await viewDevice(site, await providerAt(call.wire.base), call, body.userCode)),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/device-codes/decision',
    id: 'decideDeviceCode',
    summary: 'Allow it or not; the code is used up',
    body: Type.Object({ userCode, ...decision }, { additionalProperties: false }),
    responses: { 204: null },
    handle: async ({ body, ...call }) => {
      await decideDevice(site, await providerAt(call.wire.base), call, body.userCode, body);
      return new Answer(204);
    },
  }),
];
