import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { Answer, type Route, route } from '../../http/route.ts';
import type { Source } from '../../identity.ts';
import type { Site } from '../../site.ts';
import type { DoorParts } from '../prove.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { providerOfKind } from '../single-sign-on/provider-store.ts';
import { acceptResponse } from './accept-response.ts';
import { logoutByPost, logoutByRedirect } from './logout.ts';
import { listSamlKeys } from './saml-key-store.ts';
import { serviceProviderMetadata } from './saml-metadata.ts';
import { samlSettingsOf } from './saml-settings.ts';
import { serviceProviderOf } from './service-provider.ts';

const params = Type.Object({ id: Type.String() });
const common = { tag: 'Single sign-on', access: 'no-door', scope: null, params } as const;

/** Addresses that SAML identity providers know. */
export const samlRoutes = (parts: DoorParts): Route[] => [
  route({
    ...common,
    method: 'GET',
    path: '/sso/saml/:id/metadata',
    id: 'getSamlMetadata',
    summary: 'This site as a SAML service provider',
    responses: { 200: null },
    produces: 'application/samlmetadata+xml',
    handle: async (call) => {
      const provider = await samlProvider(parts.site, call.params.id);
      if (provider === undefined) throw new NotFound('There is no such identity provider.');
      const xml = serviceProviderMetadata(
        serviceProviderOf(call.wire.base, provider.id),
        samlSettingsOf(provider),
        await listSamlKeys(parts.site.db, provider.id),
      );
      return new Answer(200, xml, {
        'Content-Type': 'application/samlmetadata+xml; charset=UTF-8',
        'Content-Disposition': 'attachment; filename="tessera-metadata.xml"',
      });
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/sso/saml/:id/acs',
    id: 'acceptSamlResponse',
    summary: 'Take the response of a SAML identity provider (assertion consumer service)',
    form: { maxBytes: 512 * 1024 },
    body: Type.Object({ SAMLResponse: Type.String(), RelayState: Type.Optional(Type.String()) }),
    responses: { 303: null },
    produces: 'text/html',
    handle: async ({ body, ...call }) => {
      const provider = await samlProvider(parts.site, call.params.id);
      const visit = { ...call, base: call.wire.base };
      if (provider === undefined) return onward(unknownProvider(visit), []);
      const posted = { response: body.SAMLResponse, relayState: body.RelayState };
      const { location, cookies } = await acceptResponse(parts.site, provider, posted, visit);
      return onward(location, cookies);
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: '/sso/saml/:id/slo',
    id: 'takeSamlLogout',
    summary: 'Take a message of single logout by redirect',
    responses: { 303: null },
    produces: 'text/html',
    handle: async (call) => {
      const provider = await samlProvider(parts.site, call.params.id);
      const visit = { source: call.source, base: call.wire.base };
      if (provider === undefined) return onward(unknownProvider(visit), []);
      return onward(await logoutByRedirect(parts.site, provider, call.queryText, visit), []);
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/sso/saml/:id/slo',
    id: 'takePostedSamlLogout',
    summary: 'Take a message of single logout by form',
    form: { maxBytes: 512 * 1024 },
    body: Type.Object({
      SAMLRequest: Type.Optional(Type.String()),
      SAMLResponse: Type.Optional(Type.String()),
      RelayState: Type.Optional(Type.String()),
    }),
    responses: { 303: null },
    produces: 'text/html',
    handle: async ({ body, ...call }) => {
      const provider = await samlProvider(parts.site, call.params.id);
      const visit = { source: call.source, base: call.wire.base };
      if (provider === undefined) return onward(unknownProvider(visit), []);
      const name = body.SAMLRequest === undefined ? 'SAMLResponse' : 'SAMLRequest';
      const posted = { name, message: body[name] ?? '', relayState: body.RelayState } as const;
      return onward(await logoutByPost(parts.site, provider, posted, visit), []);
    },
  }),
];

const unknownProvider = ({ base, source }: { base: string; source: Source }): string =>
  `${base}/sign-in?${new URLSearchParams({ problem: 'sso-provider-gone', request: source.requestId })}`;

/** 303: the browser goes on with GET whatever brought it. */
const onward = (location: string, cookies: readonly string[]): Answer =>
  new Answer(303, undefined, {
    Location: location,
    'Referrer-Policy': 'no-referrer',
    ...(cookies.length === 0 ? {} : { 'Set-Cookie': [...cookies] }),
  });

const samlProvider = (site: Site, idText: string): Promise<Provider | undefined> =>
  providerOfKind(site.db, 'saml', idText);
