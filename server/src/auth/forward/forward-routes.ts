import { Type } from 'typebox';
import { Forbidden, Unauthenticated } from '../../errors.ts';
import { wantsHtml } from '../../http/error-response.ts';
import { refuseForeignOrigin } from '../../http/origin.ts';
import { Answer, type Call, type Route, route } from '../../http/route.ts';
import type { Identity } from '../../identity.ts';
import { fold } from '../../lib/fold.ts';
import type { Site } from '../../site.ts';
import { groupsOfUser } from '../../users/group-store.ts';
import { safeDestination } from '../sign-in-form/destination.ts';

/**
 * Guards other sites with the accounts of this one: nginx `auth_request`, Traefik ForwardAuth and Caddy `forward_auth`
 * ask here before they let a request through, and hand on the headers of the answer.
 */
export const forwardRoutes = (site: Site): Route[] => [
  route({
    tag: 'Forward authentication',
    method: 'GET',
    path: '/auth/forward',
    id: 'forwardAuth',
    summary: 'May this request pass? For reverse proxies that guard something else',
    access: 'anonymous-ok',
    scope: null,
    query: Type.Object({
      group: Type.Optional(
        Type.String({
          maxLength: 2000,
          description: 'Names of groups, separated by commas; one of them is needed.',
        }),
      ),
      scope: Type.Optional(
        Type.String({
          maxLength: 500,
          description:
            'Scopes, separated by commas; a credential that is held to scopes needs one of them. Left out, such a credential does not pass.',
        }),
      ),
    }),
    responses: { 200: null },
    handle: async (call) => {
      const headers = call.otherHeaders();
      const { user } = call.actor;
      if (user === null) return signInFirst(call);
      const method = first(headers['x-forwarded-method']) ?? first(headers['x-original-method']) ?? 'GET';
      // Browsers send the cookie by themselves, wherever a changing request comes from.
      if (call.identity.via === 'session' && !/^(GET|HEAD|OPTIONS)$/i.test(method)) {
        refuseForeignOrigin(headers, call.wire.base, call.identity.browserSession);
      }
      if (call.identity.via === 'oauth2') throw countsHereOnly(user.id);
      requireScopeOf(call.query.scope, call.identity);
      const groups = (await groupsOfUser(site.db, user.id)).map(({ name }) => name);
      requireOneOf(call.query.group, groups, user.id);
      return new Answer(200, undefined, {
        'Remote-User': headerText(user.name),
        'Remote-Email': headerText(user.email),
        'Remote-Name': headerText(user.displayName),
        'Remote-Groups': groups.map((name) => headerText(name).replaceAll(',', '%2C')).join(','),
        // Nothing where it may do all that its owner may.
        'Remote-Scopes': [...(call.identity.limits?.scopes ?? [])].join(' '),
        'Cache-Control': 'no-store',
      });
    },
  }),
];

/** People let an application act for them here (security bar Q5: a token's audience). */
const countsHereOnly = (userId: number): Forbidden =>
  new Forbidden({
    messages: ['The access token of an application counts on this site only.'],
    why: { step: 'application-elsewhere', userId },
  });

/** Traefik and Caddy hand a redirect on to the browser; nginx knows 401 only, and has `error_page` for the rest. */
function signInFirst(call: Call<unknown, unknown, unknown>): Answer {
  const headers = call.otherHeaders();
  const uri = first(headers['x-forwarded-uri']);
  const host = first(headers['x-forwarded-host']);
  const ours = host === undefined || host === new URL(call.wire.base).host;
  if (uri === undefined || !ours || !wantsHtml(headers.accept)) {
    throw new Unauthenticated({ messages: ['Sign in first.'], why: { step: 'not-signed-in' } });
  }
  const returnTo = safeDestination(uri, call.wire.base);
  return new Answer(302, undefined, {
    Location: `${call.wire.base}/sign-in?${new URLSearchParams({ returnTo })}`,
    'Cache-Control': 'no-store',
  });
}

/** A credential that was made for less than everything opens another site only where that is said. */
function requireScopeOf(wanted: string | undefined, { limits, actor }: Identity): void {
  const { scopes, projects } = limits ?? {};
  if (scopes === undefined && projects === undefined) return;
  const names = listed(wanted);
  if (scopes !== undefined && names.some((name) => (scopes as ReadonlySet<string>).has(name))) return;
  const needed = names.length === 0 || scopes === undefined ? 'full-access' : names.join(' or ');
  throw new Forbidden({
    messages: [`The credential is held to less than this needs: ${needed}.`],
    why: {
      step: 'scope-missing',
      userId: actor.user?.id,
      facts: { needed, granted: scopes === undefined ? 'all, within projects' : [...scopes].join(' ') },
    },
  });
}

const listed = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function requireOneOf(wanted: string | undefined, groups: readonly string[], userId: number): void {
  const names = listed(wanted);
  if (names.length === 0) return;
  const has = new Set(groups.map(fold));
  if (names.some((name) => has.has(fold(name)))) return;
  throw new Forbidden({
    messages: [`Only members of ${names.join(' or ')} may pass.`],
    why: { step: 'forward-group-missing', userId, facts: { groups: names.join(', ') } },
  });
}

/** Header values are ASCII; anything else, and the sign itself, is percent-encoded (RFC 3986 §2.1). */
const headerText = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]|%/gu, (sign) =>
    sign.isWellFormed() ? encodeURIComponent(sign) : '%EF%BF%BD',
  );

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
