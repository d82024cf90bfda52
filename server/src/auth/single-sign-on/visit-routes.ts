import { Type } from 'typebox';
import { AppError, Forbidden, NotFound } from '../../errors.ts';
import { Answer, type Call, type Route, route } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { requireAdministrator, requireSignedIn } from '../../permissions/administrators.ts';
import { refuseTokens } from '../passwords/own-password.ts';
import type { DoorParts } from '../prove.ts';
import { requireFreshProof } from '../web-sudo/fresh-proof.ts';
import { beginVisit } from './begin-visit.ts';
import { finishVisit } from './finish-flow.ts';
import { waysToSignIn } from './ways.ts';

const tag = 'Single sign-on';
const text = Type.Optional(Type.String({ maxLength: 2000 }));

/** The way to a provider and back; the providers' own addresses are with their kinds. */
export const visitRoutes = (parts: DoorParts): Route[] => [
  route({
    tag,
    method: 'GET',
    path: '/rest/tessera/1/sign-in/ways',
    id: 'listWaysToSignIn',
    summary: 'Ways to sign in with this name; the same whether an account has it or not',
    access: 'no-door',
    scope: null,
    query: Type.Object({ name: text }),
    responses: {
      200: Type.Object({
        password: Type.Boolean(),
        providers: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), kind: Type.String() })),
        required: Type.Union([Type.String(), Type.Null()], {
          description: 'Id of the provider that people of this e-mail domain must come through.',
        }),
      }),
    },
    handle: async ({ query }) => waysToSignIn(parts.site, query.name ?? ''),
  }),
  route({
    tag,
    method: 'GET',
    path: '/sso/:id/start',
    id: 'startSingleSignOn',
    summary: 'Go to an identity provider to sign in',
    access: 'no-door',
    scope: null,
    params: Type.Object({ id: Type.String() }),
    query: Type.Object({ returnTo: text }),
    responses: { 302: null },
    produces: 'text/html',
    handle: async (call) => {
      try {
        const { location, cookie } = await beginVisit(
          parts.site,
          {
            providerId: idOf(call.params.id),
            purpose: 'sign-in',
            userId: null,
            returnTo: call.query.returnTo ?? null,
            base: call.wire.base,
          },
          call,
        );
        return redirect(location, [cookie]);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const step = error.why?.step ?? 'sso-provider-gone';
        const query = new URLSearchParams({ problem: step, request: call.source.requestId });
        return redirect(`${call.wire.base}/sign-in?${query}`, []);
      }
    },
  }),
  route({
    tag,
    method: 'POST',
    path: '/rest/tessera/1/sign-in/visits',
    id: 'startProviderVisit',
    summary: 'Go to an identity provider to link it, to confirm who one is, or to test it',
    access: 'signed-in',
    scope: 'full-access',
    body: Type.Object(
      {
        provider: Type.String(),
        purpose: Type.Union([Type.Literal('link'), Type.Literal('confirm'), Type.Literal('test')]),
        returnTo: text,
      },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Object({ location: Type.String() }) },
    handle: async ({ body, ...call }) => {
      const me = requireSignedIn(call.actor);
      refuseTokens(call.identity, 'visit an identity provider');
      if (call.identity.via !== 'session') {
        throw new Forbidden({
          messages: ['Only a session of the pages can visit an identity provider.'],
          why: { step: 'token-not-enough' },
        });
      }
      await requireMayBegin(parts, call, body.purpose);
      const { location, cookie } = await beginVisit(
        parts.site,
        {
          providerId: idOf(body.provider),
          purpose: body.purpose,
          userId: me.id,
          returnTo: body.returnTo ?? null,
          base: call.wire.base,
        },
        call,
      );
      return new Answer(200, { location }, { 'Set-Cookie': [cookie] });
    },
  }),
  route({
    tag,
    method: 'GET',
    path: '/sso/finish',
    id: 'finishSingleSignOn',
    summary: 'Back from an identity provider, in the browser that went there',
    access: 'no-door',
    scope: null,
    query: Type.Object({ ticket: Type.String({ maxLength: 200 }) }),
    responses: { 302: null },
    produces: 'text/html',
    handle: async (call) => {
      const { location, cookies } = await finishVisit(
        parts,
        { ...call, base: call.wire.base },
        call.query.ticket,
      );
      return redirect(location, cookies);
    },
  }),
];

/** Linking gives a second way into the account: it needs the same fresh proof as a new password would. */
async function requireMayBegin(
  { site }: DoorParts,
  { actor, identity }: Pick<Call, 'actor' | 'identity'>,
  purpose: 'link' | 'confirm' | 'test',
): Promise<void> {
  if (purpose === 'test') await requireAdministrator(site, actor);
  if (purpose === 'link') requireFreshProof(site, { actor, identity }, 'link an identity provider');
}

const redirect = (location: string, cookies: readonly string[]): Answer =>
  new Answer(302, undefined, {
    Location: location,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    ...(cookies.length === 0 ? {} : { 'Set-Cookie': [...cookies] }),
  });

function idOf(value: string): number {
  const id = decimalId(value);
  if (id === undefined) throw new NotFound('There is no such identity provider, or it is switched off.');
  return id;
}
