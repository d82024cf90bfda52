import { Type } from 'typebox';
import { Unauthenticated } from '../../errors.ts';
import { Answer, type Call, noContent, type Route, route } from '../../http/route.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import { passwordsAllowed } from '../basic/allow-list.ts';
import { passwordOverBasicRefused } from '../basic/password-refusal.ts';
import { type DoorParts, refused } from '../prove.ts';
import { findSignInRecord, type SignInRecord } from '../sign-in-store.ts';
import { endSessions } from './sessions.ts';
import { signIn } from './sign-in.ts';

const path = '/rest/auth/1/session';
const common = { tag: 'Session', scope: null } as const;

/** Jira's cookie sign-in (behaviour on the wire: go-jira/jira#8, JiraPS#107, php-jira-rest-client). */
export const restSessionRoutes = (parts: DoorParts): Route[] => [
  route({
    ...common,
    method: 'POST',
    path,
    id: 'login',
    summary: 'Sign in: opens a session and sets its cookie',
    access: 'sign-in',
    body: Type.Object({ username: Type.String(), password: Type.String() }, { additionalProperties: false }),
    responses: { 200: Type.Object({ session: Type.Unknown(), loginInfo: Type.Unknown() }) },
    handle: async (call) => {
      const { site } = parts;
      const from = {
        channel: 'session',
        tokens: true,
        wording: { failed: 'Login failed', denied: 'Login denied' },
        passwordRefusal: async (userName: string | null, revision: number) => {
          const allowed = await passwordsAllowed(site, revision, { path, userName });
          return allowed ? undefined : passwordOverBasicRefused(site.config);
        },
      } as const;
      const finished = await signIn(parts, call.body, from, { kind: 'rest' }, call);
      // Programs have no second step: where one is asked for, the password was refused (sign-in/password-alone.ts).
      if (finished.is === 'second-step') throw refused('second-factor-required');
      const { proof, secret, cookies } = finished;
      const record = await findSignInRecord(site.db, proof.user.id);
      return new Answer(
        200,
        { session: { name: 'JSESSIONID', value: secret }, loginInfo: loginInfoJson(record) },
        {
          'Set-Cookie': cookies,
          'X-AUSERNAME': encodeURIComponent(proof.user.name),
          'X-Seraph-LoginReason': 'OK',
        },
      );
    },
  }),
  route({
    ...common,
    method: 'GET',
    path,
    id: 'currentUser',
    summary: 'Who is signed in',
    access: 'anonymous-ok',
    responses: { 200: Type.Object({ self: Type.String(), name: Type.String(), loginInfo: Type.Unknown() }) },
    handle: async (call) => {
      const user = signedIn(call);
      const record = await findSignInRecord(parts.site.db, user.id);
      return {
        self: `${call.wire.base}/rest/api/latest/user?username=${encodeURIComponent(user.name)}`,
        name: user.name,
        loginInfo: loginInfoJson(record),
      };
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path,
    id: 'logout',
    summary: 'Sign out: ends the session',
    access: 'anonymous-ok',
    responses: { 204: null },
    handle: async (call) => {
      signedIn(call);
      return noContent({ 'Set-Cookie': await endSessions(parts, 'rest', call) });
    },
  }),
];

function signedIn(call: Call) {
  const { user } = call.actor;
  if (user === null) {
    throw new Unauthenticated({
      messages: ['You are not authenticated. Authentication required to perform this operation.'],
      why: { step: 'not-signed-in' },
    });
  }
  return user;
}

/** A time is left out if the event never happened. The previous sign-in is the one before this. */
function loginInfoJson(counts: SignInRecord): Record<string, unknown> {
  const { lastFailedAt } = counts;
  return {
    failedLoginCount: counts.failedCount,
    loginCount: counts.signInCount,
    ...(lastFailedAt === null ? {} : { lastFailedLoginTime: jiraTime(lastFailedAt) }),
    ...(counts.previousSignInAt === null ? {} : { previousLoginTime: jiraTime(counts.previousSignInAt) }),
  };
}
