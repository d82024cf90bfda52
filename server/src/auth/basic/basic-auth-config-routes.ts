import { Type } from 'typebox';
import { type Route, route } from '../../http/route.ts';
import { changeSettings, type SiteSettings, viewSettings } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';

const path = '/rest/basicauth/1.0/config';
const pattern = Type.String({ minLength: 1, maxLength: 255 });
const shape = {
  'block-requests': Type.Boolean(),
  'allowed-paths': Type.Array(pattern, { maxItems: 100 }),
  'allowed-users': Type.Array(pattern, { maxItems: 1000 }),
};
const common = {
  tag: 'Passwords',
  path,
  access: 'signed-in',
  scope: 'manage:jira-configuration',
  responses: { 200: Type.Object(shape) },
} as const;

/** Data Center's resource for switching passwords over Basic off, but for some paths and users. */
export const basicAuthConfigRoutes = (site: Site): Route[] => [
  route({
    ...common,
    method: 'GET',
    id: 'getBasicAuthConfig',
    summary: 'Whether passwords over Basic are blocked, and for whom they are not',
    handle: async (call) => configJson(await viewSettings(site, call)),
  }),
  route({
    ...common,
    method: 'PUT',
    id: 'changeBasicAuthConfig',
    summary: 'Block passwords over Basic, but for some paths and users; `*` stands for any text',
    body: Type.Partial(Type.Object(shape), { additionalProperties: false }),
    handle: async ({ body, ...call }) => {
      const blocked = body['block-requests'];
      const paths = body['allowed-paths'];
      const users = body['allowed-users'];
      const settings = await changeSettings(site, call, {
        ...(blocked === undefined ? {} : { passwordsOverRest: !blocked }),
        ...(paths === undefined ? {} : { passwordAllowedPaths: paths }),
        ...(users === undefined ? {} : { passwordAllowedUsers: users }),
      });
      return configJson(settings);
    },
  }),
];

const configJson = (settings: SiteSettings): Record<keyof typeof shape, unknown> => ({
  'block-requests': !settings.passwordsOverRest,
  'allowed-paths': settings.passwordAllowedPaths,
  'allowed-users': settings.passwordAllowedUsers,
});
