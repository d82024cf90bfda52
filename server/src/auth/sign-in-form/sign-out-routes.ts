import { Type } from 'typebox';
import { TextRefusal } from '../../errors.ts';
import { Answer, type Call, type Route, route } from '../../http/route.ts';
import type { DoorParts } from '../prove.ts';
import { presentedSessions } from '../sessions/session-cookies.ts';
import { endSessions } from '../sessions/sessions.ts';
import { isXsrfTokenOf, xsrfToken } from '../sessions/xsrf-token.ts';
import { signOutThere } from '../single-sign-on/sign-out.ts';
import { escaped, plainPage, plainPageHeaders } from './plain-page.ts';

/** Jira's sign-out addresses. A link to them asks first: a picture on another site must sign nobody out. */
export const signOutRoutes = (parts: DoorParts): Route[] =>
  [
    { path: '/logout', ids: ['signOutPage', 'signOutByForm'] as const },
    { path: '/secure/Logout!default.jspa', ids: ['signOutPage1', 'signOutByForm1'] as const },
  ].flatMap(({ path, ids }) => [
    route({
      ...common,
      method: 'GET',
      path,
      id: ids[0],
      summary: 'A page that asks whether to sign out',
      access: 'no-door',
      responses: { 200: null },
      produces: 'text/html',
      handle: async (call) => {
        const [session] = presentedSessions(call.cookieHeader, call);
        if (session === undefined) return toSignIn(call, []);
        const token = xsrfToken(parts.site.config, session.secret);
        const form = `<form method="post" action="${escaped(call.contextPath + path)}">
<input type="hidden" name="atl_token" value="${escaped(token)}">
<button>Sign out</button>
</form>`;
        return new Answer(200, plainPage('Sign out?', form), plainPageHeaders);
      },
    }),
    route({
      ...common,
      method: 'POST',
      path,
      id: ids[1],
      summary: 'Sign out by form',
      access: 'sign-in',
      form: true,
      body: Type.Object({ atl_token: Type.Optional(Type.String()) }),
      responses: { 200: null, 302: null },
      handle: async ({ body, ...call }) => {
        const { config } = parts.site;
        const shown = presentedSessions(call.cookieHeader, call).some(({ secret }) => secret !== '');
        if (shown && !call.noCheck && !isXsrfTokenOf(config, call.cookieHeader, call, body.atl_token)) {
          throw xsrfFailed();
        }
        const there = await signOutThere(parts.site, call.cookieHeader, { ...call, base: call.wire.base });
        const cookies = await endSessions(parts, 'web', call);
        return there === undefined ? toSignIn(call, cookies) : goThere(there, cookies);
      },
    }),
  ]);

const common = { tag: 'Session', scope: null } as const;

export const xsrfFailed = (): TextRefusal =>
  new TextRefusal(403, 'XSRF check failed: the form was not made for this session. Load the page again.\n', {
    step: 'xsrf',
  });

/** A page, since browsers hold what a form leads to, redirects too, to the addresses that its page names. */
const goThere = (location: string, cookies: string[]): Answer => {
  const link = `<p>You are signed out here. <a href="${escaped(location)}">Sign out at your identity provider too</a></p>`;
  return new Answer(200, plainPage('Signed out', link), {
    ...plainPageHeaders,
    Refresh: `0;url=${location}`,
    'X-Seraph-LoginReason': 'OUT',
    'X-AUSERNAME': 'anonymous',
    'Set-Cookie': cookies,
  });
};

const toSignIn = (call: Pick<Call, 'contextPath'>, cookies: string[]): Answer =>
  new Answer(302, undefined, {
    Location: `${call.contextPath}/login.jsp`,
    'X-Seraph-LoginReason': 'OUT',
    'X-AUSERNAME': 'anonymous',
    ...(cookies.length === 0 ? {} : { 'Set-Cookie': cookies }),
  });
