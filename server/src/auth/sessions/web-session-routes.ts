import { Type } from 'typebox';
import { Answer, type Call, noContent, type Route, route } from '../../http/route.ts';
import type { Actor } from '../../identity.ts';
import { grantsOf } from '../../permissions/permissions.ts';
import { settingsAt } from '../../settings/settings.ts';
import { userJson } from '../../users/user-json.ts';
import type { Wire } from '../../wire.ts';
import { type DoorParts, proveSecret } from '../prove.ts';
import { setupIsOpen } from '../setup/setup.ts';
import { sessionCookie } from './session-cookies.ts';
import { endSessions, openSession } from './sessions.ts';

const path = '/rest/tessera/1/session';
const common = { tag: 'Session', scope: null } as const;
const shape = Type.Object({
  user: Type.Unknown(),
  site: Type.Object({ title: Type.String(), profile: Type.String(), setupRequired: Type.Boolean() }),
  administrator: Type.Boolean(),
  canCreateProject: Type.Boolean(),
});

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
    handle: async (call) => bootJson(parts, call.actor, call.wire),
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'openWebSession',
    summary: 'Sign in to the web app',
    access: 'sign-in',
    body: Type.Object({ username: Type.String(), password: Type.String() }, { additionalProperties: false }),
    responses: { 200: shape },
    handle: async (call) => {
      const { username, password } = call.body;
      const proof = await proveSecret(parts, username, password, {
        source: call.source,
        channel: 'form',
        tokens: false,
        wording: {
          failed: 'That name and password do not match. Check both and try again.',
          denied: 'There were too many failed attempts to sign in with this name.',
        },
      });
      return webSessionAnswer(parts, call, proof);
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path,
    id: 'endWebSession',
    summary: 'Sign out of the web app',
    access: 'anonymous-ok',
    responses: { 204: null },
    handle: async (call) => {
      return noContent({ 'Set-Cookie': await endSessions(parts, 'web', call) });
    },
  }),
];

/** Opens the web session of a proven account and answers with its cookie. */
export async function webSessionAnswer(
  parts: DoorParts,
  call: Call,
  proof: Parameters<typeof openSession>[1],
  status = 200,
): Promise<Answer> {
  const { secret } = await openSession(parts, proof, 'web', call.source);
  const actor = { user: proof.user, revision: proof.revision, profile: call.actor.profile };
  return new Answer(status, await bootJson(parts, actor, call.wire), {
    'Set-Cookie': sessionCookie('web', secret, call),
    'X-AUSERNAME': encodeURIComponent(proof.user.name),
  });
}

async function bootJson({ site }: DoorParts, actor: Actor, wire: Wire): Promise<unknown> {
  const grants = await grantsOf(site, actor);
  const administrator = await grants.global('ADMINISTER');
  const settings = await settingsAt(site.db, actor.revision);
  return {
    user: actor.user === null ? null : { ...userJson(actor.user, wire), locale: actor.user.locale },
    site: {
      title: settings.siteTitle,
      profile: actor.profile,
      setupRequired: await setupIsOpen(site),
    },
    administrator,
    canCreateProject: administrator,
  };
}
