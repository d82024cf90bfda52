import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import type { Fixtures } from './fixtures.ts';

/**
 * What each kind of caller gets, route by route: nobody, a stranger (signed in, without any right in project
 * QA), a member of QA, an administrator of the site. `as` makes the request's path and body.
 */
export interface Cell {
  readonly statuses: readonly [anonymous: number, stranger: number, member: number, admin: number];
  readonly as: (made: Fixtures) => Promise<Asked> | Asked;
}

export interface Asked {
  readonly path: string;
  readonly body?: unknown;
}

const at = (path: string, body?: unknown) => (): Asked => ({ path, body });
const open = [200, 200, 200, 200] as const;
const signedIn = [401, 200, 200, 200] as const;
const adminOnly = [401, 403, 403, 200] as const;
const qaReaders = [401, 403, 200, 200] as const;
const hiddenProject = [404, 404, 200, 200] as const;

const users = builtIn.roles.users;
const select = 'com.atlassian.jira.plugin.system.customfieldtypes:select';
const newIssue = (fields: object = {}) => ({
  fields: { project: { key: 'QA' }, issuetype: { name: 'Task' }, summary: 'from the matrix', ...fields },
});
const wrongSignIn = { username: 'nobody-at-all', password: 'wrong' };

export const cells: Record<string, Cell> = {
  getReadiness: { statuses: open, as: at('/status') },
  getServerInfo: { statuses: open, as: at('/rest/api/2/serverInfo') },
  getTenantInfo: { statuses: open, as: at('/_edge/tenant_info') },
  getSiteSettings: { statuses: adminOnly, as: at('/rest/tessera/1/settings') },
  changeSiteSettings: {
    statuses: adminOnly,
    as: at('/rest/tessera/1/settings', { siteTitle: 'Tessera' }),
  },
  getHealth: { statuses: adminOnly, as: at('/rest/tessera/1/health') },
  getCaptcha: { statuses: open, as: at('/captcha') },
  getLocks: { statuses: adminOnly, as: at('/rest/tessera/1/locks?username=fred') },
  clearLocks: { statuses: [401, 403, 403, 204], as: at('/rest/tessera/1/locks?username=fred') },
  listAuditRecords: { statuses: adminOnly, as: at('/rest/tessera/1/audit?limit=3') },
  exportAuditRecords: { statuses: adminOnly, as: at('/rest/tessera/1/audit/export?event=setting.changed') },
  getAuditRecords: { statuses: adminOnly, as: at('/rest/api/2/auditing/record?limit=3') },
  addAuditRecord: {
    statuses: [401, 403, 403, 201],
    as: at('/rest/api/2/auditing/record', { summary: 'from the matrix' }),
  },
  explainRefusal: { statuses: [404, 404, 404, 404], as: at('/rest/tessera/1/refusals/1x1xnone') },
  login: { statuses: [401, 401, 401, 401], as: at('/rest/auth/1/session', wrongSignIn) },
  currentUser: { statuses: signedIn, as: at('/rest/auth/1/session') },
  logout: { statuses: [401, 204, 204, 204], as: at('/rest/auth/1/session') },
  getWebSession: { statuses: open, as: at('/rest/tessera/1/session') },
  openWebSession: { statuses: [401, 401, 401, 401], as: at('/rest/tessera/1/session', wrongSignIn) },
  openWebSessionByLink: {
    statuses: [400, 400, 400, 400],
    as: at('/rest/tessera/1/session/link', { code: 'none' }),
  },
  endWebSession: { statuses: [204, 204, 204, 204], as: at('/rest/tessera/1/session') },
  listOwnSessions: { statuses: signedIn, as: at('/rest/tessera/1/sessions') },
  endOwnSession: { statuses: [401, 404, 404, 404], as: at('/rest/tessera/1/sessions/999999') },
  startWebSudo: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/websudo', { password: 'wrong' }),
  },
  endWebSudo: { statuses: [401, 204, 204, 204], as: at('/rest/auth/1/websudo') },
  listWaysToSignIn: { statuses: open, as: at('/rest/tessera/1/sign-in/ways?name=fred@example.com') },
  startSingleSignOn: { statuses: [302, 302, 302, 302], as: at('/sso/999999/start') },
  finishSingleSignOn: { statuses: [302, 302, 302, 302], as: at('/sso/finish?ticket=none') },
  startProviderVisit: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/sign-in/visits', { provider: '999999', purpose: 'confirm' }),
  },
  listIdentityProviders: { statuses: adminOnly, as: at('/rest/tessera/1/identity-providers') },
  getIdentityProvider: {
    statuses: [401, 403, 403, 404],
    as: at('/rest/tessera/1/identity-providers/999999'),
  },
  createIdentityProvider: {
    statuses: [401, 403, 403, 403],
    as: (made) => ({
      path: '/rest/tessera/1/identity-providers',
      body: { kind: 'oidc', name: made.name(), settings: {} },
    }),
  },
  changeIdentityProvider: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/identity-providers/999999', { name: 'X', settings: {} }),
  },
  deleteIdentityProvider: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/identity-providers/999999'),
  },
  getIdentityProviderTest: {
    statuses: [401, 403, 403, 404],
    as: at('/rest/tessera/1/identity-providers/999999/tests/none'),
  },
  listDirectorySyncs: {
    statuses: [401, 403, 403, 404],
    as: at('/rest/tessera/1/identity-providers/999999/syncs'),
  },
  testDirectory: {
    statuses: [401, 403, 403, 404],
    as: at('/rest/tessera/1/identity-providers/999999/tests', { name: 'x' }),
  },
  startDirectorySync: {
    statuses: [401, 403, 403, 404],
    as: at('/rest/tessera/1/identity-providers/999999/syncs'),
  },
  forwardAuth: { statuses: [401, 200, 200, 200], as: at('/auth/forward') },
  authorizeApplication: {
    statuses: [302, 302, 302, 302],
    as: at('/plugins/servlet/oauth/authorize?oauth_token=none'),
  },
  authorisedApplicationsPage: {
    statuses: [302, 302, 302, 302],
    as: at('/plugins/servlet/oauth/users/access-tokens'),
  },
  getApplicationRequest: {
    statuses: [401, 404, 404, 404],
    as: at('/rest/tessera/1/oauth1/authorization?token=none'),
  },
  decideApplicationRequest: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/oauth1/authorization', { token: 'none', approve: true, accountId: 'x' }),
  },
  listApplicationLinks: { statuses: adminOnly, as: at('/rest/tessera/1/application-links') },
  createApplicationLink: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/application-links', { name: 'X', consumerKey: 'x', publicKey: 'x' }),
  },
  getApplicationLink: { statuses: [401, 403, 403, 404], as: at('/rest/tessera/1/application-links/999999') },
  changeApplicationLink: {
    statuses: [401, 403, 403, 404],
    as: at('/rest/tessera/1/application-links/999999', { name: 'X' }),
  },
  deleteApplicationLink: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/application-links/999999'),
  },
  listAuthorisedApplications: {
    statuses: signedIn,
    as: at('/rest/tessera/1/myself/authorised-applications'),
  },
  revokeAuthorisedApplication: {
    statuses: [401, 404, 404, 404],
    as: at('/rest/tessera/1/myself/authorised-applications/oauth1/999999'),
  },
  oauth2Authorize: { statuses: [400, 400, 400, 400], as: at('/rest/oauth2/latest/authorize?client_id=none') },
  oauth2AuthorizeAsCloud: { statuses: [400, 400, 400, 400], as: at('/authorize?client_id=none') },
  oauth2Token: { statuses: [401, 401, 401, 401], as: at('/rest/oauth2/latest/token', {}) },
  oauth2TokenAsCloud: { statuses: [401, 401, 401, 401], as: at('/oauth/token', {}) },
  oauth2Revoke: { statuses: [401, 401, 401, 401], as: at('/rest/oauth2/latest/revoke', {}) },
  oauth2Introspect: { statuses: [401, 401, 401, 401], as: at('/rest/oauth2/latest/introspect', {}) },
  oauth2DeviceAuthorization: {
    statuses: [401, 401, 401, 401],
    as: at('/rest/oauth2/latest/device_authorization', {}),
  },
  oauth2Jwks: { statuses: open, as: at('/rest/oauth2/latest/jwks') },
  openIdConfiguration: { statuses: open, as: at('/.well-known/openid-configuration') },
  oauth2Metadata: { statuses: open, as: at('/.well-known/oauth-authorization-server') },
  getAccessibleResources: { statuses: signedIn, as: at('/oauth/token/accessible-resources') },
  getAuthorisation: { statuses: [401, 403, 403, 403], as: at('/rest/tessera/1/authorisations/none') },
  decideAuthorisation: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/authorisations/none', { allow: true, accountId: 'x' }),
  },
  viewDeviceCode: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/device-codes', { userCode: 'NONE' }),
  },
  decideDeviceCode: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/device-codes/decision', { userCode: 'NONE', allow: true, accountId: 'x' }),
  },
  listIncomingLinks: { statuses: adminOnly, as: at('/rest/tessera/1/incoming-links') },
  getIncomingLinkChoices: { statuses: adminOnly, as: at('/rest/tessera/1/incoming-links/choices') },
  getIncomingLink: { statuses: [401, 403, 403, 404], as: at('/rest/tessera/1/incoming-links/999999') },
  createIncomingLink: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/incoming-links', {
      name: 'matrix',
      redirectUris: [],
      scopes: [],
      grants: [],
      confidential: true,
    }),
  },
  changeIncomingLink: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/incoming-links/999999', {
      name: 'matrix',
      redirectUris: [],
      scopes: [],
      grants: [],
    }),
  },
  rotateIncomingLinkSecret: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/incoming-links/999999/secret'),
  },
  deleteIncomingLink: { statuses: [401, 403, 403, 403], as: at('/rest/tessera/1/incoming-links/999999') },
  rotateOauth2Key: { statuses: [401, 403, 403, 403], as: at('/rest/tessera/1/oauth2-keys') },
  listScimCredentials: { statuses: adminOnly, as: at('/rest/tessera/1/scim-credentials') },
  createScimCredential: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/scim-credentials', { provider: '999999', label: 'matrix' }),
  },
  deleteScimCredential: { statuses: [401, 403, 403, 403], as: at('/rest/tessera/1/scim-credentials/999999') },
  takeOidcAnswer: { statuses: [303, 303, 303, 303], as: at('/sso/oidc/999999/callback') },
  takeOidcLogout: { statuses: [400, 400, 400, 400], as: at('/sso/oidc/999999/backchannel-logout') },
  getOidcClient: { statuses: [401, 403, 403, 404], as: at('/rest/tessera/1/identity-providers/999999/oidc') },
  getSamlMetadata: { statuses: [404, 404, 404, 404], as: at('/sso/saml/999999/metadata') },
  takeSamlLogout: { statuses: [303, 303, 303, 303], as: at('/sso/saml/999999/slo') },
  getSamlServiceProvider: {
    statuses: [401, 403, 403, 404],
    as: at('/rest/tessera/1/identity-providers/999999/saml'),
  },
  readSamlMetadata: {
    statuses: [401, 403, 403, 400],
    as: at('/rest/tessera/1/identity-providers/saml-metadata', { xml: '<a/>' }),
  },
  announceSamlKey: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/identity-providers/999999/saml/keys'),
  },
  useSamlKey: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/identity-providers/999999/saml/keys/1', { state: 'current' }),
  },
  removeSamlKey: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/identity-providers/999999/saml/keys/1'),
  },
  listOwnIdentities: { statuses: signedIn, as: at('/rest/tessera/1/myself/identities') },
  unlinkOwnIdentity: { statuses: [401, 403, 403, 403], as: at('/rest/tessera/1/myself/identities/999999') },
  listUserIdentities: {
    statuses: adminOnly,
    as: async ({ accountId }) => ({ path: `/rest/tessera/1/users/${await accountId()}/identities` }),
  },
  linkUserIdentity: {
    statuses: [401, 403, 403, 403],
    as: async ({ accountId }) => ({
      path: `/rest/tessera/1/users/${await accountId()}/identities`,
      body: { provider: '999999', subject: 'x' },
    }),
  },
  unlinkUserIdentity: {
    statuses: [401, 403, 403, 403],
    as: async ({ accountId }) => ({
      path: `/rest/tessera/1/users/${await accountId()}/identities/999999`,
    }),
  },
  getSecondStep: { statuses: [401, 401, 401, 401], as: at('/rest/tessera/1/second-step') },
  takeSecondStep: {
    statuses: [401, 401, 401, 401],
    as: at('/rest/tessera/1/second-step', { code: '000000' }),
  },
  beginSecondStepPasskey: {
    statuses: [401, 401, 401, 401],
    as: at('/rest/tessera/1/second-step/passkey-options'),
  },
  beginSecondStepEnrolment: {
    statuses: [401, 401, 401, 401],
    as: at('/rest/tessera/1/second-step/authenticator'),
  },
  finishSecondStepEnrolment: {
    statuses: [401, 401, 401, 401],
    as: at('/rest/tessera/1/second-step/authenticator', { code: '000000' }),
  },
  // Passkeys need a host name, and the matrix has an address.
  beginPasskeySignIn: {
    statuses: [400, 400, 400, 400],
    as: at('/rest/tessera/1/session/passkey-options'),
  },
  signInByPasskey: {
    statuses: [400, 400, 400, 400],
    as: at('/rest/tessera/1/session/passkey', { passkey: { id: 'none' } }),
  },
  beginWebSudoPasskey: {
    statuses: [401, 400, 400, 400],
    as: at('/rest/tessera/1/websudo/passkey-options'),
  },
  getOwnFactors: { statuses: signedIn, as: at('/rest/tessera/1/myself/factors') },
  beginAuthenticator: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/authenticator'),
  },
  confirmAuthenticator: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/authenticator', { code: '000000' }),
  },
  removeAuthenticator: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/authenticator'),
  },
  beginPasskey: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/passkeys/options'),
  },
  addPasskey: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/passkeys', { name: 'x', response: { id: 'none' } }),
  },
  renamePasskey: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/passkeys/999999', { name: 'x' }),
  },
  removePasskey: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/passkeys/999999'),
  },
  renewRecoveryCodes: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/recovery-codes'),
  },
  forgetTrustedDevices: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/factors/trusted-devices'),
  },
  getUserFactors: {
    statuses: adminOnly,
    as: async ({ accountId }) => ({ path: `/rest/tessera/1/users/${await accountId()}/factors` }),
  },
  resetUserFactors: {
    statuses: [401, 403, 403, 403],
    as: async ({ accountId }) => ({ path: `/rest/tessera/1/users/${await accountId()}/factors` }),
  },
  getFactorGroups: { statuses: adminOnly, as: at('/rest/tessera/1/factor-groups') },
  changeFactorGroups: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/factor-groups', { groups: [] }),
  },
  checkSetupCode: { statuses: open, as: at('/rest/tessera/1/setup?code=x') },
  setUpSite: {
    statuses: [400, 400, 400, 400],
    as: at('/rest/tessera/1/setup', {
      code: 'x',
      email: 'x@example.com',
      username: 'x',
      displayName: 'X',
      password: 'long enough to be taken',
    }),
  },
  ...Object.fromEntries(
    [
      ['', 'latest'],
      ['1', '1.0'],
    ].flatMap(([suffix, version]) => {
      const path = `/rest/pat/${version}/tokens`;
      return Object.entries<Cell>({
        [`listApiTokens${suffix}`]: { statuses: signedIn, as: at(path) },
        // The callers hold tokens, and a token makes no other one.
        [`createApiToken${suffix}`]: {
          statuses: [401, 403, 403, 403],
          as: at(path, { name: 'from the matrix' }),
        },
        [`revokeApiToken${suffix}`]: {
          statuses: [401, 204, 204, 204],
          as: async (made) => ({ path: `${path}/${await made.token()}` }),
        },
      });
    }),
  ),

  revokeLeakedTokens: {
    statuses: open,
    as: at('/rest/tessera/1/leaked-tokens', { tokens: ['x'.repeat(53)] }),
  },
  listServiceAccounts: { statuses: signedIn, as: at('/rest/tessera/1/service-accounts') },
  createServiceAccount: {
    statuses: [401, 403, 403, 201],
    as: (made) => ({
      path: '/rest/tessera/1/service-accounts',
      body: { name: made.name(), owner: 'fred' },
    }),
  },
  changeServiceAccount: {
    statuses: adminOnly,
    as: async (made) => ({
      path: `/rest/tessera/1/service-accounts/${(await made.service()).account}`,
      body: { displayName: 'Another' },
    }),
  },
  // fred answers for it; a token makes and rotates none for it.
  listServiceTokens: {
    statuses: [401, 404, 200, 200],
    as: async (made) => ({
      path: `/rest/tessera/1/service-accounts/${(await made.service()).account}/tokens`,
    }),
  },
  createServiceToken: {
    statuses: [401, 404, 403, 403],
    as: async (made) => ({
      path: `/rest/tessera/1/service-accounts/${(await made.service()).account}/tokens`,
      body: { name: 'from the matrix' },
    }),
  },
  rotateServiceToken: {
    statuses: [401, 404, 403, 403],
    as: async (made) => {
      const { account, token } = await made.service();
      return { path: `/rest/tessera/1/service-accounts/${account}/tokens/${token}/rotate`, body: {} };
    },
  },
  revokeServiceToken: {
    statuses: [401, 404, 204, 204],
    as: async (made) => {
      const { account, token } = await made.service();
      return { path: `/rest/tessera/1/service-accounts/${account}/tokens/${token}` };
    },
  },
  listCredentials: { statuses: adminOnly, as: at('/rest/tessera/1/credentials?kind=session&sort=lastUsed') },
  exportCredentials: { statuses: adminOnly, as: at('/rest/tessera/1/credentials/export?staleDays=1') },
  revokeCredentials: {
    statuses: [401, 403, 403, 409],
    as: at('/rest/tessera/1/credentials/revoke', { kind: 'api-token', ids: ['999999'] }),
  },
  getCredentialUse: { statuses: adminOnly, as: at('/rest/tessera/1/credentials/api-token/1/use') },
  getTokenUse: {
    statuses: [401, 200, 200, 200],
    as: async (made) => ({ path: `/rest/tessera/1/tokens/${await made.token()}/use` }),
  },
  listUserApiTokens: {
    statuses: [401, 404, 404, 200],
    as: async (made) => ({ path: `/users/${await made.accountId()}/manage/api-tokens` }),
  },
  revokeUserApiToken: {
    statuses: [401, 404, 404, 404],
    as: async (made) => ({ path: `/users/${await made.accountId()}/manage/api-tokens/999999` }),
  },
  listOrgApiTokens: {
    statuses: [401, 404, 404, 404],
    as: at('/admin/api-access/v1/orgs/no-such/api-tokens'),
  },
  revokeOrgApiTokens: {
    statuses: [401, 404, 404, 404],
    as: at('/admin/api-access/v1/orgs/no-such/api-tokens'),
  },
  listTokenHistory: { statuses: signedIn, as: at('/rest/tessera/1/tokens') },
  getTokenPolicy: { statuses: signedIn, as: at('/rest/tessera/1/tokens/policy') },
  getOwnToken: { statuses: signedIn, as: at('/rest/tessera/1/tokens/self') },
  rotateApiToken: {
    // A token rotates itself and no other one.
    statuses: [401, 403, 403, 403],
    as: async (made) => ({ path: `/rest/tessera/1/tokens/${await made.token()}/rotate`, body: {} }),
  },

  // The callers hold tokens, and a token changes neither passwords nor addresses.
  changeMyPassword: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/api/2/myself/password', { currentPassword: 'x', password: 'plum orbit vexes quartz' }),
  },
  changeUserPassword: {
    statuses: [401, 403, 403, 403],
    as: async (made) => ({
      path: `/rest/api/2/user/password?username=${await made.user()}`,
      body: { password: 'plum orbit vexes quartz' },
    }),
  },
  getPasswordPolicy: { statuses: open, as: at('/rest/api/2/password/policy') },
  policyCheckCreateUser: {
    statuses: signedIn,
    as: at('/rest/api/2/password/policy/createUser', { username: 'x', password: 'short' }),
  },
  policyCheckUpdateUser: {
    statuses: adminOnly,
    as: async (made) => ({
      path: '/rest/api/2/password/policy/updateUser',
      body: { username: await made.user(), newPassword: 'short' },
    }),
  },
  inviteUser: {
    statuses: [401, 403, 403, 403],
    as: async (made) => ({ path: `/rest/tessera/1/user/invite?username=${await made.user()}` }),
  },
  requestPasswordReset: {
    statuses: [204, 204, 204, 204],
    as: at('/rest/tessera/1/password-reset', { account: 'nobody-at-all' }),
  },
  confirmPasswordReset: {
    statuses: [400, 400, 400, 400],
    as: at('/rest/tessera/1/password-reset/confirm', { code: 'x', password: 'plum orbit vexes quartz' }),
  },
  getPasswordUse: { statuses: adminOnly, as: at('/rest/tessera/1/password-use') },
  getBasicAuthConfig: { statuses: adminOnly, as: at('/rest/basicauth/1.0/config') },
  changeBasicAuthConfig: {
    statuses: adminOnly,
    as: at('/rest/basicauth/1.0/config', { 'block-requests': false }),
  },
  getOwnEmail: { statuses: signedIn, as: at('/rest/tessera/1/myself/email') },
  changeOwnEmail: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/email', { email: 'new@example.com', password: 'x' }),
  },
  removeEmailAlias: {
    statuses: [401, 403, 403, 403],
    as: at('/rest/tessera/1/myself/email/alias?email=old@example.com'),
  },
  confirmEmail: {
    statuses: [400, 400, 400, 400],
    as: at('/rest/tessera/1/email-verification', { code: 'x' }),
  },
  unlockByMail: {
    statuses: [400, 400, 400, 400],
    as: at('/rest/tessera/1/unlock', { code: 'x' }),
  },

  getCurrentUser: { statuses: signedIn, as: at('/rest/api/2/myself') },
  updateCurrentUser: {
    statuses: signedIn,
    as: (made) => ({
      path: '/rest/api/2/myself',
      body: { displayName: made.caller?.user.displayName ?? 'X' },
    }),
  },
  getUser: { statuses: signedIn, as: at('/rest/api/2/user?username=fred') },
  createUser: {
    statuses: [401, 403, 403, 201],
    as: (made) => {
      const name = made.name();
      return {
        path: '/rest/api/2/user',
        body: { name, emailAddress: `${name}@example.com`, displayName: name },
      };
    },
  },
  updateUser: {
    statuses: adminOnly,
    as: async (made) => ({
      path: `/rest/api/2/user?username=${await made.user()}`,
      body: { displayName: 'Renamed' },
    }),
  },
  removeUser: {
    statuses: [401, 403, 403, 204],
    as: async (made) => ({ path: `/rest/api/2/user?username=${await made.user()}` }),
  },
  findUsers: { statuses: signedIn, as: at('/rest/api/2/user/search?username=fred') },
  findUsersForPicker: { statuses: signedIn, as: at('/rest/api/2/user/picker?query=fred') },
  getAllUsersDefault: { statuses: signedIn, as: at('/rest/api/2/users') },
  getAllUsers: { statuses: signedIn, as: at('/rest/api/2/users/search') },
  getUserGroups: { statuses: signedIn, as: at('/rest/api/2/user/groups?username=fred') },
  getUserAvatar: { statuses: open, as: at('/secure/useravatar?ownerId=JIRAUSER10000') },
  getGroup: { statuses: adminOnly, as: at('/rest/api/2/group?groupname=jira-software-users') },
  getUsersFromGroup: {
    statuses: adminOnly,
    as: at('/rest/api/2/group/member?groupname=jira-software-users'),
  },
  createGroup: {
    statuses: [401, 403, 403, 201],
    as: (made) => ({ path: '/rest/api/2/group', body: { name: made.name() } }),
  },
  removeGroup: {
    statuses: adminOnly,
    as: async (made) => ({ path: `/rest/api/2/group?groupname=${await made.group()}` }),
  },
  addUserToGroup: {
    statuses: [401, 403, 403, 201],
    as: async (made) => ({
      path: `/rest/api/2/group/user?groupname=${await made.group()}`,
      body: { name: 'fred' },
    }),
  },
  removeUserFromGroup: {
    statuses: adminOnly,
    as: async (made) => {
      const { group, user } = await made.member();
      return { path: `/rest/api/2/group/user?groupname=${group}&username=${user}` };
    },
  },
  findGroups: { statuses: signedIn, as: at('/rest/api/2/groups/picker?query=jira') },
  bulkGetGroups: { statuses: signedIn, as: at('/rest/api/2/group/bulk') },

  getAllPermissions: { statuses: adminOnly, as: at('/rest/api/2/permissions') },
  getMyPermissions: { statuses: open, as: at('/rest/api/2/mypermissions') },
  getAllPermissionSchemes: { statuses: adminOnly, as: at('/rest/api/2/permissionscheme') },
  createPermissionScheme: {
    statuses: [401, 403, 403, 201],
    as: (made) => ({ path: '/rest/api/2/permissionscheme', body: { name: made.name() } }),
  },
  getPermissionScheme: { statuses: adminOnly, as: at('/rest/api/2/permissionscheme/0') },
  updatePermissionScheme: {
    statuses: adminOnly,
    as: async (made) => ({
      path: `/rest/api/2/permissionscheme/${await made.scheme()}`,
      body: { name: made.name() },
    }),
  },
  deletePermissionScheme: {
    statuses: [401, 403, 403, 204],
    as: async (made) => ({ path: `/rest/api/2/permissionscheme/${await made.scheme()}` }),
  },
  getPermissionSchemeGrants: { statuses: adminOnly, as: at('/rest/api/2/permissionscheme/0/permission') },
  createPermissionGrant: {
    statuses: [401, 403, 403, 201],
    as: async (made) => ({
      path: `/rest/api/2/permissionscheme/${await made.scheme()}/permission`,
      body: { holder: { type: 'anyone' }, permission: 'BROWSE_PROJECTS' },
    }),
  },
  getPermissionSchemeGrant: {
    statuses: adminOnly,
    as: async (made) => {
      const { scheme, grant } = await made.grant();
      return { path: `/rest/api/2/permissionscheme/${scheme}/permission/${grant}` };
    },
  },
  deletePermissionSchemeEntity: {
    statuses: [401, 403, 403, 204],
    as: async (made) => {
      const { scheme, grant } = await made.grant();
      return { path: `/rest/api/2/permissionscheme/${scheme}/permission/${grant}` };
    },
  },
  getAssignedPermissionScheme: {
    statuses: [401, 404, 403, 200],
    as: at('/rest/api/2/project/QA/permissionscheme'),
  },
  assignPermissionScheme: {
    statuses: [401, 404, 403, 200],
    as: async (made) => ({
      path: `/rest/api/2/project/${await made.project()}/permissionscheme`,
      body: { id: 0 },
    }),
  },

  getAllProjects: { statuses: open, as: at('/rest/api/2/project') },
  searchProjects: { statuses: open, as: at('/rest/api/2/project/search') },
  getAllProjectTypes: { statuses: open, as: at('/rest/api/2/project/type') },
  getAllAccessibleProjectTypes: { statuses: open, as: at('/rest/api/2/project/type/accessible') },
  getProjectTypeByKey: { statuses: open, as: at('/rest/api/2/project/type/software') },
  createProject: {
    statuses: [401, 403, 403, 201],
    as: (made) => {
      const key = `N${made.name().toUpperCase()}`;
      return {
        path: '/rest/api/2/project',
        body: { key, name: key, projectTypeKey: 'software', lead: 'admin' },
      };
    },
  },
  getProject: { statuses: hiddenProject, as: at('/rest/api/2/project/QA') },
  updateProject: {
    statuses: [401, 404, 403, 200],
    as: async (made) => ({
      path: `/rest/api/2/project/${await made.project()}`,
      body: { description: 'changed' },
    }),
  },
  deleteProject: {
    statuses: [401, 404, 403, 204],
    as: async (made) => ({ path: `/rest/api/2/project/${await made.project()}` }),
  },
  getAllStatuses: { statuses: hiddenProject, as: at('/rest/api/2/project/QA/statuses') },
  validateProjectKey: { statuses: signedIn, as: at('/rest/api/2/projectvalidate/key?key=NEW') },
  findAssignableUsers: {
    statuses: [401, 404, 200, 200],
    as: at('/rest/api/2/user/assignable/search?project=QA'),
  },
  findUsersWithBrowsePermission: {
    statuses: [401, 404, 200, 200],
    as: at('/rest/api/2/user/viewissue/search?projectKey=QA&username=fred'),
  },
  getProjectAvatar: { statuses: open, as: at('/secure/projectavatar?pid=10000') },
  getAllProjectRoles: { statuses: adminOnly, as: at('/rest/api/2/role') },
  createProjectRole: {
    statuses: adminOnly,
    as: (made) => ({ path: '/rest/api/2/role', body: { name: made.name() } }),
  },
  getProjectRoleById: { statuses: adminOnly, as: at(`/rest/api/2/role/${users}`) },
  fullyUpdateProjectRole: {
    statuses: adminOnly,
    as: async (made) => ({
      path: `/rest/api/2/role/${await made.role()}`,
      body: { name: made.name(), description: 'x' },
    }),
  },
  partialUpdateProjectRole: {
    statuses: adminOnly,
    as: async (made) => ({ path: `/rest/api/2/role/${await made.role()}`, body: { description: 'x' } }),
  },
  deleteProjectRole: {
    statuses: [401, 403, 403, 204],
    as: async (made) => ({ path: `/rest/api/2/role/${await made.role()}` }),
  },
  getProjectRoles: { statuses: hiddenProject, as: at('/rest/api/2/project/QA/role') },
  getProjectRole: { statuses: [401, 404, 200, 200], as: at(`/rest/api/2/project/QA/role/${users}`) },
  addActorUsers: {
    statuses: [401, 404, 403, 200],
    as: async (made) => ({
      path: `/rest/api/2/project/QA/role/${users}`,
      body: { user: [await made.user()] },
    }),
  },
  setActors: {
    statuses: [401, 404, 403, 200],
    as: async (made) => ({
      path: `/rest/api/2/project/${await made.project()}/role/${users}`,
      body: { categorisedActors: { 'atlassian-user-role-actor': ['admin'] } },
    }),
  },
  deleteActor: {
    statuses: [401, 404, 403, 204],
    as: async (made) => ({
      path: `/rest/api/2/project/${await made.project()}/role/${users}?user=fred`,
    }),
  },

  getIssueAllTypes: { statuses: open, as: at('/rest/api/2/issuetype') },
  getIssueType: { statuses: open, as: at('/rest/api/2/issuetype/10002') },
  getStatuses: { statuses: open, as: at('/rest/api/2/status') },
  getStatus: { statuses: open, as: at('/rest/api/2/status/10000') },
  getStatusCategories: { statuses: open, as: at('/rest/api/2/statuscategory') },
  getStatusCategory: { statuses: open, as: at('/rest/api/2/statuscategory/new') },
  getPriorities: { statuses: open, as: at('/rest/api/2/priority') },
  getPriority: { statuses: open, as: at('/rest/api/2/priority/3') },
  getResolutions: { statuses: open, as: at('/rest/api/2/resolution') },
  getResolution: { statuses: open, as: at('/rest/api/2/resolution/10000') },
  getIssueLinkTypes: { statuses: open, as: at('/rest/api/2/issueLinkType') },
  getIssueLinkType: { statuses: open, as: at('/rest/api/2/issueLinkType/10000') },
  getAllWorkflows: { statuses: adminOnly, as: at('/rest/api/2/workflow') },
  getFields: { statuses: open, as: at('/rest/api/2/field') },
  createCustomField: {
    statuses: [401, 403, 403, 201],
    as: (made) => ({ path: '/rest/api/2/field', body: { name: made.name(), type: select } }),
  },
  getCustomFieldOption: {
    statuses: open,
    as: async (made) => ({ path: `/rest/api/2/customFieldOption/${(await made.option()).option}` }),
  },
  getContextsForField: {
    statuses: adminOnly,
    as: async (made) => ({ path: `/rest/api/2/field/${(await made.option()).field}/context` }),
  },
  getOptionsForContext: {
    statuses: adminOnly,
    as: async (made) => {
      const { field, context } = await made.option();
      return { path: `/rest/api/2/field/${field}/context/${context}/option` };
    },
  },
  createCustomFieldOption: {
    statuses: adminOnly,
    as: async (made) => {
      const { field, context } = await made.option();
      return {
        path: `/rest/api/2/field/${field}/context/${context}/option`,
        body: { options: [{ value: 'two' }] },
      };
    },
  },
  updateCustomFieldOption: {
    statuses: adminOnly,
    as: async (made) => {
      const { field, context, option } = await made.option();
      return {
        path: `/rest/api/2/field/${field}/context/${context}/option`,
        body: { options: [{ id: option, value: 'renamed' }] },
      };
    },
  },
  deleteCustomFieldOption: {
    statuses: [401, 403, 403, 204],
    as: async (made) => {
      const { field, context, option } = await made.option();
      return { path: `/rest/api/2/field/${field}/context/${context}/option/${option}` };
    },
  },
  getIcon: { statuses: open, as: at('/images/icons/issuetypes/task.svg') },

  getCreateIssueMeta: { statuses: open, as: at('/rest/api/2/issue/createmeta?projectKeys=QA') },
  getCreateIssueMetaIssueTypes: {
    statuses: [400, 400, 200, 200],
    as: at('/rest/api/2/issue/createmeta/QA/issuetypes'),
  },
  getCreateIssueMetaIssueTypeId: {
    statuses: [400, 400, 200, 200],
    as: at('/rest/api/2/issue/createmeta/QA/issuetypes/10002'),
  },
  createIssue: { statuses: [401, 400, 201, 201], as: at('/rest/api/2/issue', newIssue()) },
  createIssues: {
    statuses: [401, 400, 201, 201],
    as: at('/rest/api/2/issue/bulk', { issueUpdates: [newIssue()] }),
  },
  getIssue: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1') },
  editIssue: {
    statuses: [401, 403, 204, 204],
    as: at('/rest/api/2/issue/QA-1', { fields: { summary: 'edited' } }),
  },
  deleteIssue: {
    statuses: [401, 403, 204, 204],
    as: async (made) => ({ path: `/rest/api/2/issue/${await made.issue()}` }),
  },
  assignIssue: {
    statuses: [401, 403, 204, 204],
    as: at('/rest/api/2/issue/QA-1/assignee', { name: 'fred' }),
  },
  getEditIssueMeta: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1/editmeta') },
  getChangeLogs: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1/changelog') },
  getTransitions: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1/transitions') },
  doTransition: {
    statuses: [401, 403, 204, 204],
    as: at('/rest/api/2/issue/QA-1/transitions', { transition: { id: '21' } }),
  },
  getComments: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1/comment') },
  addComment: {
    statuses: [401, 403, 201, 201],
    as: at('/rest/api/2/issue/QA-1/comment', { body: 'from the matrix' }),
  },
  getComment: {
    statuses: qaReaders,
    as: async (made) => ({ path: `/rest/api/2/issue/QA-1/comment/${await made.comment()}` }),
  },
  // fred's own; nobody holds EDIT_ALL_COMMENTS in this scheme, administrators of the site neither: 400 in Jira's words.
  updateComment: {
    statuses: [401, 403, 200, 400],
    as: async (made) => ({
      path: `/rest/api/2/issue/QA-1/comment/${await made.comment()}`,
      body: { body: 'changed' },
    }),
  },
  deleteComment: {
    statuses: [401, 403, 204, 400],
    as: async (made) => ({ path: `/rest/api/2/issue/QA-1/comment/${await made.comment()}` }),
  },
  linkIssues: {
    statuses: [401, 403, 201, 201],
    as: async (made) => ({
      path: '/rest/api/2/issueLink',
      body: {
        type: { name: 'Blocks' },
        inwardIssue: { key: 'QA-1' },
        outwardIssue: { key: await made.issue() },
      },
    }),
  },
  getIssueLink: {
    statuses: qaReaders,
    as: async (made) => ({ path: `/rest/api/2/issueLink/${await made.link()}` }),
  },
  deleteIssueLink: {
    statuses: [401, 403, 204, 204],
    as: async (made) => ({ path: `/rest/api/2/issueLink/${await made.link()}` }),
  },
  getIssueWorklog: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1/worklog') },
  addWorklog: {
    statuses: [401, 403, 201, 201],
    as: at('/rest/api/2/issue/QA-1/worklog', { timeSpent: '1h' }),
  },
  getWorklog: {
    statuses: qaReaders,
    as: async (made) => ({ path: `/rest/api/2/issue/QA-1/worklog/${await made.worklog()}` }),
  },
  // fred's own; nobody holds EDIT_ALL_WORKLOGS in this scheme.
  updateWorklog: {
    statuses: [401, 403, 200, 403],
    as: async (made) => ({
      path: `/rest/api/2/issue/QA-1/worklog/${await made.worklog()}`,
      body: { timeSpent: '2h' },
    }),
  },
  deleteWorklog: {
    statuses: [401, 403, 204, 403],
    as: async (made) => ({ path: `/rest/api/2/issue/QA-1/worklog/${await made.worklog()}` }),
  },
  getIdsOfWorklogsModifiedSince: { statuses: signedIn, as: at('/rest/api/2/worklog/updated?since=0') },
  getIdsOfWorklogsDeletedSince: { statuses: signedIn, as: at('/rest/api/2/worklog/deleted?since=0') },
  getWorklogsForIds: { statuses: signedIn, as: at('/rest/api/2/worklog/list', { ids: [1] }) },
  getConfiguration: { statuses: signedIn, as: at('/rest/api/2/configuration') },
  getIssueWatchers: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1/watchers') },
  addWatcher: { statuses: [401, 403, 204, 204], as: at('/rest/api/2/issue/QA-1/watchers') },
  removeWatcher: {
    statuses: [401, 403, 204, 403],
    as: at('/rest/api/2/issue/QA-1/watchers?username=fred'),
  },
  getIsWatchingIssueBulk: { statuses: open, as: at('/rest/api/2/issue/watching', { issueIds: ['1'] }) },
  getVotes: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1/votes') },
  // Of the administrator: nobody votes for what they reported.
  addVote: {
    statuses: [401, 403, 204, 404],
    as: async (made) => ({ path: `/rest/api/2/issue/${await made.issue()}/votes` }),
  },
  removeVote: {
    statuses: [401, 403, 404, 404],
    as: async (made) => ({ path: `/rest/api/2/issue/${await made.issue()}/votes` }),
  },
  getIssuePropertyKeys: { statuses: qaReaders, as: at('/rest/api/2/issue/QA-1/properties') },
  getIssueProperty: {
    statuses: qaReaders,
    as: async (made) => ({ path: `/rest/api/2/issue/QA-1/properties/${await made.property()}` }),
  },
  setIssueProperty: {
    statuses: [401, 403, 201, 201],
    as: (made) => ({ path: `/rest/api/2/issue/QA-1/properties/${made.name()}`, body: { a: 1 } }),
  },
  deleteIssueProperty: {
    statuses: [401, 403, 204, 204],
    as: async (made) => ({ path: `/rest/api/2/issue/QA-1/properties/${await made.property()}` }),
  },

  searchForIssuesUsingJql: { statuses: [400, 400, 200, 200], as: at('/rest/api/2/search?jql=project%3DQA') },
  searchForIssuesUsingJqlPost: {
    statuses: [400, 400, 200, 200],
    as: at('/rest/api/2/search', { jql: 'project = QA' }),
  },
  searchAndReconcileIssuesUsingJql: {
    statuses: [400, 400, 200, 200],
    as: at('/rest/api/2/search/jql?jql=project%3DQA'),
  },
  searchAndReconcileIssuesUsingJqlPost: {
    statuses: [400, 400, 200, 200],
    as: at('/rest/api/2/search/jql', { jql: 'project = QA' }),
  },
  countIssues: {
    statuses: [400, 400, 200, 200],
    as: at('/rest/api/2/search/approximate-count', { jql: 'project = QA' }),
  },

  getAutoComplete: { statuses: open, as: at('/rest/api/2/jql/autocompletedata') },
  getAutoCompletePost: { statuses: open, as: at('/rest/api/2/jql/autocompletedata', { projectIds: [] }) },
  getFieldAutoCompleteForQueryString: {
    statuses: open,
    as: at('/rest/api/2/jql/autocompletedata/suggestions?fieldName=project&fieldValue=q'),
  },
  parseJqlQueries: { statuses: open, as: at('/rest/api/2/jql/parse', { queries: ['project = QA'] }) },
  matchIssues: {
    statuses: open,
    as: at('/rest/api/2/jql/match', { jqls: ['project = QA'], issueIds: [10000] }),
  },
  sanitiseJqlQueries: {
    statuses: [401, 403, 403, 200],
    as: at('/rest/api/2/jql/sanitize', { queries: [{ query: 'project = QA' }] }),
  },

  getOpenApiDocument: { statuses: open, as: at('/rest/api/openapi.json') },
  getDocumentationPage: { statuses: open, as: at('/rest/api/docs') },
};
