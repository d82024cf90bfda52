import { Type } from 'typebox';
import { Answer, type Call, noContent, type Route, route } from '../../http/route.ts';
import type { Actor } from '../../identity.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import { grantsOf } from '../../permissions/permissions.ts';
import { settingsAt } from '../../settings/settings.ts';
import { userJson } from '../../users/user-json.ts';
import type { Wire } from '../../wire.ts';
import { spendCaptcha } from '../captcha/captcha.ts';
import type { DoorParts, Proof } from '../prove.ts';
import { setupIsOpen } from '../setup/setup.ts';
import { signInByLink } from '../sign-in/sign-in-link.ts';
import { signOutThere } from '../single-sign-on/sign-out.ts';
import { endSessions, openSession } from './sessions.ts';
import { signIn } from './sign-in.ts';

const path = '/rest/tessera/1/session';
const common = { tag: 'Session', scope: null } as const;
const shape = Type.Object({
  user: Type.Unknown(),
  site: Type.Object({ title: Type.String(), profile: Type.String(), setupRequired: Type.Boolean() }),
  administrator: Type.Boolean(),
  canCreateProject: Type.Boolean(),
  webSudoUntil: Type.Union([Type.String(), Type.Null()], {
    description: 'Until when administration asks for no password; null: it would ask.',
  }),
});

export const signInWording = {
  failed: 'That name and password do not match. Check both and try again.',
  denied: 'There were too many failed attempts to sign in with this name.',
};

/** The web app's own sign-in. Passwords only: an API token is for programs, and never opens the pages. */
export const webSessionRoutes = (parts: DoorParts): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'getWebSession',
    summary: 'Who is signed in, and what the web app shows them',
    access: 'anonymous-ok',
    responses: { 200: shape },
    handle: async (call) => bootJson(parts, call.actor, call.wire, call.identity.webSudoUntil ?? null),
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'openWebSession',
    summary: 'Sign in to the web app',
    access: 'sign-in',
    body: Type.Object(
      {
        username: Type.String(),
        password: Type.String(),
        rememberMe: Type.Optional(Type.Boolean()),
        captcha: Type.Optional(Type.String({ maxLength: 100 })),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Union([shape, secondStepShape]) },
    handle: async ({ body, ...call }) => {
      const from = {
        channel: 'form',
        tokens: false,
        wording: signInWording,
        page: {
          captcha: body.captcha,
          spendCaptcha: (word: string) => spendCaptcha(parts.site, call.cookieHeader, word),
          cookieHeader: call.cookieHeader,
        },
      } as const;
      const opening = { kind: 'web', rememberMe: body.rememberMe === true } as const;
      const finished = await signIn(parts, body, from, opening, call);
      return finished.is === 'second-step'
        ? secondStepAnswer(finished.cookies)
        : signedInAnswer(parts, call, finished.proof, finished);
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/link`,
    id: 'openWebSessionByLink',
    summary: 'Sign in to the web app by a link that the command line made',
    access: 'sign-in',
    body: Type.Object({ code: Type.String({ maxLength: 200 }) }, { additionalProperties: false }),
    responses: { 200: Type.Union([shape, secondStepShape]) },
    handle: async ({ body, ...call }) => {
      const { proof, finished } = await signInByLink(parts, body.code, call);
      return finished.is === 'second-step'
        ? secondStepAnswer(finished.cookies)
        : signedInAnswer(parts, call, proof, finished);
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path,
    id: 'endWebSession',
    summary: 'Sign out of the web app',
    access: 'anonymous-ok',
    responses: {
      200: Type.Object({
        location: Type.String({ description: 'Where the identity provider signs out too.' }),
      }),
      204: null,
    },
    handle: async (call) => {
      const location = await signOutThere(parts.site, call.cookieHeader, { ...call, base: call.wire.base });
      const headers = { 'Set-Cookie': await endSessions(parts, 'web', call) };
      return location === undefined ? noContent(headers) : new Answer(200, { location }, headers);
    },
  }),
];

/** Opens the web session of a proven account and answers with its cookie. */
export async function webSessionAnswer(
  parts: DoorParts,
  call: Call,
  proof: Proof,
  status = 200,
): Promise<Answer> {
  const opened = await openSession(parts, proof, { kind: 'web' }, call);
  return signedInAnswer(parts, call, proof, opened, status);
}

/** The first step was right, and another one is asked for: GET /rest/tessera/1/second-step says which. */
export const secondStepShape = Type.Object({ secondStep: Type.Literal(true) });
const secondStepAnswer = (cookies: string[]): Answer =>
  new Answer(200, { secondStep: true }, { 'Set-Cookie': cookies });

export async function signedInAnswer(
  parts: DoorParts,
  call: Omit<Call, 'body'>,
  proof: Proof,
  { cookies, webSudoUntil }: { readonly cookies: string[]; readonly webSudoUntil: number | null },
  status = 200,
  /** Said besides who is signed in now. */
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const actor = { user: proof.user, revision: proof.revision, profile: call.actor.profile };
  const boot = (await bootJson(parts, actor, call.wire, webSudoUntil)) as object;
  return new Answer(
    status,
    { ...boot, ...more },
    {
      'Set-Cookie': cookies,
      'X-AUSERNAME': encodeURIComponent(proof.user.name),
    },
  );
}

async function bootJson(
  { site }: DoorParts,
  actor: Actor,
  wire: Wire,
  webSudoUntil: number | null,
): Promise<unknown> {
  const grants = await grantsOf(site, actor);
  const administrator = await grants.global('ADMINISTER');
  const settings = await settingsAt(site.db, actor.revision);
  const confirmed =
    administrator && settings.webSudo && webSudoUntil !== null && webSudoUntil > site.clock.now();
  return {
    user:
      actor.user === null
        ? null
        : { ...userJson(actor.user, { ...wire, anonymous: false }), locale: actor.user.locale },
    site: {
      title: settings.siteTitle,
      profile: actor.profile,
      setupRequired: await setupIsOpen(site),
    },
    administrator,
    canCreateProject: administrator,
    webSudoUntil: confirmed ? jiraTime(webSudoUntil) : null,
  };
}
