import { Type } from 'typebox';
import { BadRequest } from '../../errors.ts';
import { noContent, type Route, route } from '../../http/route.ts';
import { requireAdministrator, requireSignedIn } from '../../permissions/administrators.ts';
import type { UserReference } from '../../users/user.ts';
import { getUser } from '../../users/users.ts';
import type { DoorParts } from '../prove.ts';
import { aboutPerson } from './about-person.ts';
import { changeOwnPassword, setPasswordOf } from './password-change.ts';
import { inviteAgain, setPasswordByCode } from './password-links.ts';
import type { PasswordResets } from './password-reset.ts';
import { passwordFault, passwordLimits } from './passwords.ts';
import type { About } from './weak-password.ts';

const common = { tag: 'Passwords', scope: null } as const;
const text = Type.Optional(Type.String());
const short = Type.Optional(Type.String({ maxLength: 255 }));
const whom = Type.Object({ username: text, key: text });
const code = Type.String({ maxLength: 200 });

const policy = [
  `The password must have at least ${passwordLimits.shortest} characters.`,
  `The password must have at most ${passwordLimits.longest} characters.`,
  'The password must not be among those that have leaked, repeat a short piece, or run along the keyboard.',
  "The password must not be mostly the user name, the address, the person's name or the name of this site.",
];

export const passwordRoutes = (parts: DoorParts, resets: PasswordResets): Route[] => [
  route({
    ...common,
    method: 'PUT',
    path: '/rest/api/2/myself/password',
    id: 'changeMyPassword',
    scope: 'full-access',
    summary: 'Change your password; your other sessions end',
    access: 'signed-in',
    body: Type.Object(
      { currentPassword: Type.String(), password: Type.String() },
      { additionalProperties: false },
    ),
    responses: { 204: null },
    handle: async ({ body, ...call }) => {
      await changeOwnPassword(parts, call, body);
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: '/rest/api/2/user/password',
    id: 'changeUserPassword',
    summary: 'Set the password of another account; its sessions end',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    query: whom,
    // Jira's clients send `currentPassword` along; nobody but its owner knows it.
    body: Type.Object({ password: Type.String(), currentPassword: text }, { additionalProperties: false }),
    responses: { 204: null },
    handle: async (call) => {
      await setPasswordOf(parts.site, call, reference(call.query), call.body.password);
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: '/rest/api/2/password/policy',
    id: 'getPasswordPolicy',
    summary: 'What a new password must be like, in sentences',
    access: 'anonymous-ok',
    query: Type.Object({ hasOldPassword: Type.Optional(Type.Boolean()) }),
    responses: { 200: Type.Array(Type.String()) },
    handle: async () => policy,
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/api/2/password/policy/createUser',
    id: 'policyCheckCreateUser',
    summary: 'What is wrong with a password for a new account; nothing: an empty list',
    access: 'signed-in',
    body: Type.Object(
      { username: short, displayName: short, emailAddress: short, password: text },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Array(Type.String()) },
    handle: async (call) => {
      const { username, displayName = '', emailAddress = '', password } = call.body;
      const person = { name: filled(username, 'username'), email: emailAddress, displayName };
      return faults(filled(password, 'password'), await aboutPerson(parts.site, person));
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/api/2/password/policy/updateUser',
    id: 'policyCheckUpdateUser',
    summary: 'What is wrong with a new password for an account; nothing: an empty list',
    access: 'signed-in',
    body: Type.Object(
      { username: text, oldPassword: text, newPassword: text },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Array(Type.String()) },
    handle: async (call) => {
      const name = filled(call.body.username, 'username');
      const password = filled(call.body.newPassword, 'newPassword');
      const me = requireSignedIn(call.actor);
      if (name !== me.name) await requireAdministrator(parts.site, call.actor);
      const user = name === me.name ? me : await getUser(parts.site.db, { name });
      return faults(password, await aboutPerson(parts.site, user));
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/user/invite',
    id: 'inviteUser',
    summary: 'Mail an account without a password the link to set one',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    query: whom,
    responses: { 204: null },
    handle: async (call) => {
      await inviteAgain(parts.site, call, call.wire.base, reference(call.query));
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/password-reset',
    id: 'requestPasswordReset',
    summary: 'Mail the owner of an account a link to set a new password; answered alike whatever the name',
    access: 'sign-in',
    body: Type.Object({ account: Type.String({ maxLength: 320 }) }, { additionalProperties: false }),
    responses: { 204: null },
    handle: async ({ body, wire, source }) => {
      resets.ask({ account: body.account, base: wire.base, source });
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/rest/tessera/1/password-reset/confirm',
    id: 'confirmPasswordReset',
    summary: 'Set the password of the account that a mailed link belongs to; its sessions end',
    access: 'sign-in',
    body: Type.Object({ code, password: Type.String() }, { additionalProperties: false }),
    responses: { 204: null },
    handle: async (call) => {
      await setPasswordByCode(parts.site, call.body, call.source);
      return noContent();
    },
  }),
];

const reference = ({ username, key }: { username?: string; key?: string }): UserReference => ({
  name: username,
  key,
});

async function faults(password: string, about: About): Promise<string[]> {
  const fault = await passwordFault(password, about);
  return fault === undefined ? [] : [fault];
}

function filled(value: string | undefined, field: string): string {
  if (value === undefined || value === '') throw new BadRequest({ fields: { [field]: 'It must be given.' } });
  return value;
}
