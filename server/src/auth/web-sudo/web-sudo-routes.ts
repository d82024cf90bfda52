import { Type } from 'typebox';
import { AppError, BadRequest, PageRefusal } from '../../errors.ts';
import { Answer, type Call, noContent, type Route, route } from '../../http/route.ts';
import { requireSignedIn } from '../../permissions/administrators.ts';
import type { DoorParts } from '../prove.ts';
import { presentedSessions } from '../sessions/session-cookies.ts';
import { isXsrfTokenOf, xsrfToken } from '../sessions/xsrf-token.ts';
import { safeDestination } from '../sign-in-form/destination.ts';
import { errorBox, escaped, plainPage, plainPageHeaders } from '../sign-in-form/plain-page.ts';
import { xsrfFailed } from '../sign-in-form/sign-out-routes.ts';
import { passkeySchema } from '../two-factor/factor-routes.ts';
import { passkeyOptionsShape } from '../two-factor/passkey-options-shape.ts';
import { authenticationOptions } from '../two-factor/passkeys.ts';
import { endWebSudo, startWebSudo } from './web-sudo.ts';

const formPath = '/secure/admin/WebSudoAuthenticate.jspa';
const common = { tag: 'Session', scope: null } as const;
const text = Type.Optional(Type.String());

/** Jira's second sign-in of administrators ("Adding WebSudo support"; pycontribs posts the form). */
export const webSudoRoutes = (parts: DoorParts): Route[] => [
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/websudo',
    id: 'startWebSudo',
    summary:
      'Prove again who one is, by password (and code) or passkey: ten minutes of administration by session',
    access: 'signed-in',
    body: Type.Object(
      {
        password: Type.Optional(Type.String()),
        code: Type.Optional(Type.String({ maxLength: 100 })),
        passkey: Type.Optional(passkeySchema),
      },
      { additionalProperties: false },
    ),
    responses: { 204: null },
    handle: async ({ body, ...call }) => {
      if (body.password === undefined && body.passkey === undefined) {
        throw new BadRequest({ fields: { password: "'password' is required." } });
      }
      return noContent({ 'Set-Cookie': await startWebSudo(parts, call, body) });
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/websudo/passkey-options',
    id: 'beginWebSudoPasskey',
    summary: 'What the browser needs for proving again with a passkey',
    access: 'signed-in',
    responses: { 200: passkeyOptionsShape },
    handle: async (call) => {
      const me = requireSignedIn(call.actor);
      return authenticationOptions(parts.site, 'confirm', me.id, call.wire.base);
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: '/rest/auth/1/websudo',
    id: 'endWebSudo',
    summary: 'Give administrator access up before its ten minutes are over',
    access: 'signed-in',
    responses: { 204: null },
    handle: async (call) => {
      await endWebSudo(parts, call);
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: formPath,
    id: 'webSudoPage',
    summary: 'The form that asks administrators for their password',
    access: 'anonymous-ok',
    query: Type.Object({ webSudoDestination: text }),
    responses: { 200: null },
    produces: 'text/html',
    handle: async (call) =>
      call.actor.user === null
        ? new Answer(302, undefined, { Location: `${call.contextPath}/login.jsp` })
        : new Answer(200, page(parts, call, call.query.webSudoDestination, []), plainPageHeaders),
  }),
  route({
    ...common,
    method: 'POST',
    path: formPath,
    id: 'startWebSudoByForm',
    summary: 'The same by form; the answer leads to webSudoDestination',
    access: 'signed-in',
    form: true,
    body: Type.Object({
      webSudoPassword: text,
      /** Ours: of an account with a second factor. */
      webSudoCode: text,
      webSudoDestination: text,
      // Whether the page that was interrupted had been posted: nothing is posted again by itself (CVE-2021-39124).
      webSudoIsPost: text,
      atl_token: text,
    }),
    responses: { 302: null },
    handle: async ({ body, ...call }) => {
      if (!call.noCheck && !isXsrfTokenOf(parts.site.config, call.cookieHeader, call, body.atl_token)) {
        throw xsrfFailed();
      }
      try {
        return new Answer(302, undefined, {
          'Set-Cookie': await startWebSudo(parts, call, {
            password: body.webSudoPassword ?? '',
            code: body.webSudoCode,
          }),
          Location: safeDestination(body.webSudoDestination, call.wire.base),
        });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const said = [...error.messages, ...Object.values(error.fields)];
        throw new PageRefusal(
          error.status === 400 ? 200 : error.status,
          page(parts, call, body.webSudoDestination, said, error.fields.code !== undefined),
          {
            headers: { ...error.headers, ...plainPageHeaders },
            ...(error.why === undefined ? {} : { why: error.why }),
            cause: error,
          },
        );
      }
    },
  }),
];

const codeField = `<label for="webSudoCode">Code of your authenticator app</label>
<input type="text" id="webSudoCode" name="webSudoCode" autocomplete="one-time-code" inputmode="numeric">
`;

function page(
  { site }: DoorParts,
  call: Pick<Call, 'cookieHeader' | 'secure' | 'contextPath'>,
  destination: string | undefined,
  said: readonly string[],
  withCode = false,
): string {
  const secret = presentedSessions(call.cookieHeader, call)[0]?.secret ?? '';
  const hidden = (name: string, value: string) =>
    `<input type="hidden" name="${name}" value="${escaped(value)}">\n`;
  return plainPage(
    'Administrator access',
    `${errorBox(said)}<form method="post" action="${escaped(call.contextPath + formPath)}">
<p>You are about to administer this site. Type your password once more.</p>
<label for="webSudoPassword">Password</label>
<input type="password" id="webSudoPassword" name="webSudoPassword" autocomplete="current-password" required>
${withCode ? codeField : ''}${hidden('atl_token', secret === '' ? '' : xsrfToken(site.config, secret))}${destination === undefined ? '' : hidden('webSudoDestination', destination.slice(0, 2000))}<button>Confirm</button>
</form>`,
  );
}
