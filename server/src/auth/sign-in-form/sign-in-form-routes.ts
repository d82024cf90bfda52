import { type Static, Type } from 'typebox';
import { readRevision } from '../../db/revision.ts';
import { AppError, PageRefusal, SignInRefused } from '../../errors.ts';
import { Answer, type Call, type Route, route } from '../../http/route.ts';
import { settingsAt } from '../../settings/settings.ts';
import { spendCaptcha } from '../captcha/captcha.ts';
import type { DoorParts } from '../prove.ts';
import { signIn } from '../sessions/sign-in.ts';
import { signInWording } from '../sessions/web-session-routes.ts';
import { secondStepPath } from '../sign-in/finish-sign-in.ts';
import { safeDestination } from './destination.ts';
import { plainPageHeaders } from './plain-page.ts';
import { signInPage } from './sign-in-page.ts';

const text = Type.Optional(Type.String());
const fields = Type.Object({
  os_username: text,
  os_password: text,
  os_cookie: text,
  os_destination: text,
  os_captcha: text,
});
type Fields = Static<typeof fields>;

/** Jira's own sentence (SAC, "User receives repeated CAPTCHA prompts"). */
const captchaSentence = 'Sorry, your userid is required to answer a CAPTCHA question correctly.';

/**
 * Jira's sign-in form. A browser that posts it is signed in to the pages; a program that keeps cookies has a JSESSIONID
 * for REST as well, as long as the site takes passwords there. Passwords only, as on the web app's page.
 */
export const signInFormRoutes = (parts: DoorParts): Route[] => [
  route({
    tag: 'Session',
    scope: null,
    method: 'POST',
    path: '/login.jsp',
    id: 'signInByForm',
    summary: "Sign in by Jira's form; the answer leads to os_destination",
    access: 'sign-in',
    form: true,
    body: fields,
    responses: { 302: null },
    produces: 'text/html',
    handle: async ({ body, ...call }) => {
      const { passwordsOverRest, siteTitle } = await settingsAt(
        parts.site.db,
        await readRevision(parts.site.db),
      );
      const rememberMe = /^(true|on|1)$/.test(body.os_cookie ?? '');
      const from = {
        channel: 'form',
        tokens: false,
        wording: signInWording,
        page: {
          captcha: body.os_captcha,
          spendCaptcha: (word: string) => spendCaptcha(parts.site, call.cookieHeader, word),
          cookieHeader: call.cookieHeader,
        },
      } as const;
      const given = { username: body.os_username ?? '', password: body.os_password ?? '' };
      const destination = safeDestination(body.os_destination, call.wire.base);
      const opening = { kind: 'web', restToo: passwordsOverRest, rememberMe, returnTo: destination } as const;
      try {
        const finished = await signIn(parts, given, from, opening, call);
        if (finished.is === 'second-step') {
          return new Answer(302, undefined, {
            Location: `${call.contextPath}${secondStepPath}`,
            'Set-Cookie': finished.cookies,
          });
        }
        return new Answer(302, undefined, {
          Location: destination,
          'Set-Cookie': finished.cookies,
          'X-AUSERNAME': encodeURIComponent(finished.proof.user.name),
          'X-Seraph-LoginReason': 'OK',
        });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        throw pageAgain(error, siteTitle, body, rememberMe, call);
      }
    },
  }),
];

/** As Jira: 200 and the page again; X-Seraph-LoginReason tells programs. */
function pageAgain(
  error: AppError,
  siteTitle: string,
  body: Fields,
  rememberMe: boolean,
  { contextPath, wire }: Pick<Call, 'contextPath' | 'wire'>,
): PageRefusal {
  const refusedSignIn = error instanceof SignInRefused;
  const captcha = error.fields.captcha !== undefined;
  const aboutWord = error.why?.step === 'captcha-wrong' || error.why?.step === 'captcha-missing';
  const messages = aboutWord ? [captchaSentence] : [...error.messages];
  if (captcha && !aboutWord) messages.push('From now on, type the word in the picture as well.');
  const html = signInPage({
    siteTitle,
    contextPath,
    messages,
    username: (body.os_username ?? '').slice(0, 255),
    destination: body.os_destination?.slice(0, 2000),
    rememberMe,
    captcha,
  });
  const denied = refusedSignIn && error.reason === 'AUTHENTICATION_DENIED';
  return new PageRefusal(refusedSignIn ? 200 : error.status, html, {
    headers: {
      ...error.headers,
      ...plainPageHeaders,
      ...(refusedSignIn ? { 'X-Seraph-LoginReason': error.reason } : {}),
      ...(denied
        ? { 'X-Authentication-Denied-Reason': `CAPTCHA_CHALLENGE; login-url=${wire.base}/login.jsp` }
        : {}),
    },
    ...(error.why === undefined ? {} : { why: error.why }),
    cause: error,
  });
}
