import { Type } from 'typebox';
import { AppError, NotFound } from '../../errors.ts';
import { Answer, type Route, route } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import type { Site } from '../../site.ts';
import type { DoorParts } from '../prove.ts';
import { isUnfinished, type Provider } from '../single-sign-on/provider.ts';
import { providerOfKind } from '../single-sign-on/provider-store.ts';
import { getProvider } from '../single-sign-on/providers.ts';
import { endByProvider } from './backchannel-logout.ts';
import { oidcClientOf } from './oidc-client.ts';
import { takeAnswer } from './take-answer.ts';

const params = Type.Object({ id: Type.String() });
const tag = 'Single sign-on';

/** Addresses that OpenID providers know, and what administrators give them. */
export const oidcRoutes = ({ site }: DoorParts): Route[] => [
  route({
    tag,
    method: 'GET',
    path: '/sso/oidc/:id/callback',
    id: 'takeOidcAnswer',
    summary: 'Back from an OpenID provider, with a code or an error (redirect URI)',
    access: 'no-door',
    scope: null,
    params,
    responses: { 303: null },
    produces: 'text/html',
    handle: async (call) => {
      const { source } = call;
      const { base } = call.wire;
      const provider = await oidcProvider(site, call.params.id);
      if (provider === undefined) return onward(problemPage(base, 'sso-provider-gone', source.requestId));
      try {
        return onward(await takeAnswer(site, provider, call.queryText, { source, base }));
      } catch (error) {
        if (!(error instanceof AppError) || error.why === undefined) throw error;
        return onward(problemPage(base, error.why.step, source.requestId));
      }
    },
  }),
  route({
    tag,
    method: 'POST',
    path: '/sso/oidc/:id/backchannel-logout',
    id: 'takeOidcLogout',
    summary: 'End the sessions that an OpenID provider names (back-channel logout)',
    access: 'no-door',
    scope: null,
    params,
    form: true,
    body: Type.Object({ logout_token: Type.String({ maxLength: 16_384 }) }),
    responses: { 200: null },
    handle: async ({ body, ...call }) => {
      const provider = await oidcProvider(site, call.params.id);
      if (provider === undefined) throw new NotFound('There is no such identity provider.');
      await endByProvider(site, provider, body.logout_token, call.source);
      return new Answer(200, undefined, { 'Cache-Control': 'no-store' });
    },
  }),
  route({
    tag,
    method: 'GET',
    path: '/rest/tessera/1/identity-providers/:id/oidc',
    id: 'getOidcClient',
    summary: 'What an OpenID provider must know of this site',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    params,
    responses: {
      200: Type.Object({
        redirectUri: Type.String(),
        backchannelLogoutUri: Type.String(),
        postLogoutRedirectUri: Type.String(),
      }),
    },
    handle: async (call) => {
      const provider = await getProvider(site, call, decimalId(call.params.id) ?? -1);
      if (provider.kind !== 'oidc')
        throw new NotFound(`The identity provider ${provider.id} does not speak OpenID Connect.`);
      return oidcClientOf(call.wire.base, provider.id);
    },
  }),
];

const problemPage = (base: string, problem: string, request: string): string =>
  `${base}/sign-in?${new URLSearchParams({ problem, request })}`;

const onward = (location: string): Answer =>
  new Answer(303, undefined, {
    Location: location,
    'Cache-Control': 'no-store',
    // The address holds a code.
    'Referrer-Policy': 'no-referrer',
  });

async function oidcProvider(site: Site, idText: string): Promise<Provider | undefined> {
  const provider = await providerOfKind(site.db, 'oidc', idText);
  return provider === undefined || isUnfinished(provider) ? undefined : provider;
}
