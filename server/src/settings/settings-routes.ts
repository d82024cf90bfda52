import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { changeSettings, pinnedSettings, type SiteSettings, viewSettings } from './settings.ts';

const shape = {
  siteTitle: Type.String({ minLength: 1, maxLength: 100 }),
  passwordsOverRest: Type.Boolean(),
  passwordAllowedPaths: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 100 }),
  passwordAllowedUsers: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 1000 }),
  tokensMayMintTokens: Type.Boolean(),
  apiTokenMaxDays: Type.Integer({ minimum: 1, maximum: 365 }),
  apiTokensMayNeverExpire: Type.Boolean(),
  revokeLeakedTokens: Type.Boolean(),
  sessionIdleMinutes: Type.Integer({ minimum: 5, maximum: 24 * 60 }),
  loginAttempts: Type.Union([Type.Integer({ minimum: 1, maximum: 100 }), Type.Null()]),
  accountLockFailures: Type.Union([Type.Integer({ minimum: 1, maximum: 100 }), Type.Null()]),
  accountLockNetworks: Type.Integer({ minimum: 1, maximum: 100 }),
  signInFailuresPerNetwork: Type.Union([Type.Integer({ minimum: 1, maximum: 10_000 }), Type.Null()]),
  signInFailureMinutes: Type.Integer({ minimum: 1, maximum: 24 * 60 }),
  signInAlarmFactor: Type.Union([Type.Integer({ minimum: 2, maximum: 1000 }), Type.Null()]),
  signInAlarmFailures: Type.Integer({ minimum: 10, maximum: 1_000_000 }),
  requestsPerMinute: Type.Union([Type.Integer({ minimum: 10, maximum: 1_000_000 }), Type.Null()]),
  lockSparesTokens: Type.Boolean(),
  strictLock: Type.Boolean(),
  secondStepRememberDays: Type.Integer({ minimum: 0, maximum: 90 }),
  ssoExemptUsers: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 100 }),
  auditRetentionDays: Type.Integer({ minimum: 0, maximum: 36_500 }),
  sessionMaxMinutes: Type.Integer({ minimum: 5, maximum: 30 * 24 * 60 }),
  rememberMeDays: Type.Integer({ minimum: 0, maximum: 30 }),
  webSudo: Type.Boolean(),
};

const answer = Type.Object({
  ...shape,
  pinned: Type.Record(Type.String(), Type.String(), {
    description: 'Settings that the configuration holds fixed, each with the variable that does.',
  }),
});

/** With the values that count. */
function answered({ config }: Site, settings: SiteSettings) {
  const loginAttempts = config.loginAttempts === undefined ? settings.loginAttempts : config.loginAttempts;
  return { ...settings, loginAttempts, pinned: pinnedSettings(config) };
}

export const settingsRoutes = (site: Site): Route[] => [
  route({
    method: 'GET',
    path: '/rest/tessera/1/settings',
    id: 'getSiteSettings',
    tag: 'Site',
    summary: 'Settings of the site',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    responses: { 200: answer },
    handle: async (call) => answered(site, await viewSettings(site, call)),
  }),
  route({
    method: 'PUT',
    path: '/rest/tessera/1/settings',
    id: 'changeSiteSettings',
    tag: 'Site',
    summary: 'Change some settings of the site',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    body: Type.Partial(Type.Object(shape), { additionalProperties: false }),
    responses: { 200: answer },
    handle: async (call) => answered(site, await changeSettings(site, call, call.body)),
  }),
];
