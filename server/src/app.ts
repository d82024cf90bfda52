import type { FastifyInstance } from 'fastify';
import pino, { type Logger } from 'pino';
import { healthRoutes } from './admin/health-routes.ts';
import { watchForUntrustedProxies } from './admin/untrusted-proxy.ts';
import { auditRoutes } from './audit/audit-routes.ts';
import { refusalRoutes } from './audit/refusal-routes.ts';
import { keepRefusals } from './audit/refusals.ts';
import { sweepOldRecords } from './audit/retention.ts';
import { recordUnreadableForms } from './audit/unreadable-forms.ts';
import { apiTokenRoutes, type TokenParts } from './auth/api-tokens/api-token-routes.ts';
import { startExpiryNotices } from './auth/api-tokens/expiry-notices.ts';
import { authorisedApplicationRoutes } from './auth/applications/authorised-application-routes.ts';
import { authenticator } from './auth/authenticate.ts';
import { basicAuthConfigRoutes } from './auth/basic/basic-auth-config-routes.ts';
import { captchaRoutes } from './auth/captcha/captcha-routes.ts';
import { emailRoutes } from './auth/email/email-routes.ts';
import { forwardRoutes } from './auth/forward/forward-routes.ts';
import { cloudTokenRoutes } from './auth/inventory/cloud-token-routes.ts';
import { credentialRoutes } from './auth/inventory/credential-routes.ts';
import { countUse } from './auth/inventory/use-count.ts';
import { recordLastUse } from './auth/last-use.ts';
import { directoryRoutes } from './auth/ldap/directory-routes.ts';
import { type DirectorySyncs, startDirectorySyncs } from './auth/ldap/directory-syncs.ts';
import { leakRoutes } from './auth/leaks/leak-routes.ts';
import { type Leaks, watchForLeaks } from './auth/leaks/leaks.ts';
import { limitingRequests } from './auth/limits/request-limit.ts';
import { type LockMails, lockMails } from './auth/locks/lock-mails.ts';
import { lockRoutes } from './auth/locks/lock-routes.ts';
import { sourceOf } from './auth/locks/lock-rules.ts';
import { rememberWrongSecrets } from './auth/locks/repeats.ts';
import { oauth1Applications } from './auth/oauth1/authorised.ts';
import { consentRoutes } from './auth/oauth1/consent-routes.ts';
import { linkRoutes } from './auth/oauth1/link-routes.ts';
import { keepNonces } from './auth/oauth1/nonces.ts';
import { tokenRoutes } from './auth/oauth1/token-routes.ts';
import { authorisationRoutes } from './auth/oauth2/authorisation-routes.ts';
import { oauth2Applications } from './auth/oauth2/authorised.ts';
import { incomingLinkRoutes } from './auth/oauth2/link-routes.ts';
import { oauth2Routes } from './auth/oauth2/oauth2-routes.ts';
import { providers } from './auth/oauth2/provider.ts';
import { sweepOauth2 } from './auth/oauth2/sweep.ts';
import { oidcRoutes } from './auth/oidc/oidc-routes.ts';
import { aboutPerson } from './auth/passwords/about-person.ts';
import { sendInvite } from './auth/passwords/password-links.ts';
import { type PasswordResets, passwordResets } from './auth/passwords/password-reset.ts';
import { passwordRoutes } from './auth/passwords/password-routes.ts';
import { countingPasswords, countPasswordUse } from './auth/passwords/password-use.ts';
import { passwordUseRoutes } from './auth/passwords/password-use-routes.ts';
import { hashNewPassword } from './auth/passwords/passwords.ts';
import { passwordProofs } from './auth/passwords/proof-cache.ts';
import { samlProviderRoutes } from './auth/saml/saml-provider-routes.ts';
import { samlRoutes } from './auth/saml/saml-routes.ts';
import { scimCredentialRoutes } from './auth/scim/scim-credential-routes.ts';
import { scimRoutes } from './auth/scim/scim-routes.ts';
import { serviceAccountRoutes } from './auth/service-accounts/service-account-routes.ts';
import { ownSessionRoutes } from './auth/sessions/own-session-routes.ts';
import { restSessionRoutes } from './auth/sessions/rest-session-routes.ts';
import { endOtherSessions } from './auth/sessions/sessions.ts';
import { webSessionRoutes } from './auth/sessions/web-session-routes.ts';
import { setupRoutes } from './auth/setup/setup-routes.ts';
import { signInFormRoutes } from './auth/sign-in-form/sign-in-form-routes.ts';
import { signOutRoutes } from './auth/sign-in-form/sign-out-routes.ts';
import { identityRoutes } from './auth/single-sign-on/identity-routes.ts';
import { providerRoutes } from './auth/single-sign-on/provider-routes.ts';
import { visitRoutes } from './auth/single-sign-on/visit-routes.ts';
import { factorRoutes } from './auth/two-factor/factor-routes.ts';
import { secondStepRoutes } from './auth/two-factor/second-step-routes.ts';
import { webSudoGuard } from './auth/web-sudo/web-sudo.ts';
import { webSudoRoutes } from './auth/web-sudo/web-sudo-routes.ts';
import type { Config } from './config.ts';
import { connectDatabase, type Database } from './db/database.ts';
import { migrate } from './db/migrate.ts';
import { readRevision } from './db/revision.ts';
import { linkBase } from './http/base-url.ts';
import { openApiRoutes } from './http/openapi-routes.ts';
import type { Route } from './http/route.ts';
import { createServer } from './http/server.ts';
import { statusRoutes } from './http/status-routes.ts';
import { webPages } from './http/web-pages.ts';
import { commentRoutes } from './issues/comment-routes.ts';
import { configurationRoutes } from './issues/configuration-routes.ts';
import { createmetaRoutes } from './issues/createmeta-routes.ts';
import { seeIssue } from './issues/issue-access.ts';
import { issueRoutes } from './issues/issue-routes.ts';
import { issueLinkRoutes } from './issues/link-routes.ts';
import { propertyRoutes } from './issues/property-routes.ts';
import { transitionRoutes } from './issues/transition-routes.ts';
import { voteRoutes } from './issues/vote-routes.ts';
import { watcherRoutes } from './issues/watcher-routes.ts';
import { worklogRoutes } from './issues/worklog-routes.ts';
import { type Clock, steadyClock, systemClock } from './lib/clock.ts';
import { decimalId } from './lib/decimal-id.ts';
import { type MailSender, startMailSender } from './mail/sender.ts';
import { requireAdministrator } from './permissions/administrators.ts';
import { grantsOf } from './permissions/permissions.ts';
import type { FindIssue } from './projects/find-issue.ts';
import { permissionRoutes } from './projects/permission-routes.ts';
import { projectsAt } from './projects/project-cache.ts';
import { projectRoutes } from './projects/project-routes.ts';
import { seenProjects } from './projects/projects.ts';
import { roleRoutes } from './projects/role-routes.ts';
import { jqlRoutes } from './search/jql-routes.ts';
import { searchRoutes } from './search/search-routes.ts';
import { checkSecretKey, sealerOf } from './settings/secret-keys.ts';
import { serverInfoRoutes } from './settings/server-info-routes.ts';
import { settingsAt } from './settings/settings.ts';
import { settingsRoutes } from './settings/settings-routes.ts';
import { siteId } from './settings/site-id.ts';
import { tenantRoutes } from './settings/tenant-routes.ts';
import { version } from './settings/version.ts';
import type { Site } from './site.ts';
import { groupRoutes } from './users/group-routes.ts';
import { userRoutes } from './users/user-routes.ts';
import { usersByWord } from './users/user-store.ts';
import { fieldRoutes } from './workflows/field-routes.ts';
import { iconRoutes } from './workflows/icon-routes.ts';
import { referenceRoutes } from './workflows/reference-routes.ts';

export interface Overrides {
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Folder of the built web app; undefined: no pages. */
  readonly webFolder?: string;
}

export interface App {
  readonly site: Site;
  readonly server: FastifyInstance;
  readonly routes: readonly Route[];
  readonly mail: MailSender;
  readonly resets: PasswordResets;
  readonly lockMails: LockMails;
  readonly leaks: Leaks;
  readonly directorySyncs: DirectorySyncs;
  close(): Promise<void>;
}

/** Composition root: connects the database, brings its schema up to date and wires every route by hand. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const { site, close: closeSite } = await openSite(config, overrides);
  const lastUse = recordLastUse(site.db, site.log);
  const lockNotices = lockMails(site, () => linkBase(config, server.server.address()));
  const door = {
    site,
    lastUse,
    proofs: passwordProofs(),
    seenBefore: rememberWrongSecrets(),
    lockMails: lockNotices,
    nonces: keepNonces(site),
  };

  const unreadableForms = recordUnreadableForms(site);
  const refusals = keepRefusals(site, sourceOf);
  const stopSweeping = sweepOldRecords(site, async () => {
    const settings = await settingsAt(site.db, await readRevision(site.db));
    return settings.auditRetentionDays;
  });

  const stopNotices = startExpiryNotices(site, () => linkBase(config, server.server.address()));
  const mail = startMailSender(site);
  const resets = passwordResets(site);
  const directorySyncs = startDirectorySyncs(site);
  const passwordUse = countPasswordUse(site);
  const leaks = watchForLeaks(site);
  const oauth2 = providers(site);
  const stopOauth2Sweeping = sweepOauth2(site);
  const untrustedProxies = watchForUntrustedProxies(site);

  const findIssue: FindIssue = (actor, idOrKey) => seeIssue(site, actor, idOrKey);

  const use = countUse(site);
  const tokenParts: TokenParts = {
    site,
    lastUse,
    projectsOf: async (actor) => {
      const seen = await seenProjects(site, actor);
      const { byKey, byId } = await projectsAt(site.db, actor.revision);
      const visible = new Set(seen.map(({ id }) => id));
      return {
        find: (word) => {
          const project = byKey(word) ?? byId(decimalId(word) ?? 0);
          return project !== undefined && visible.has(project.id) ? project.id : undefined;
        },
        keyOf: (id) => (visible.has(id) ? byId(id)?.key : undefined),
      };
    },
  };

  const routes: Route[] = [
    ...statusRoutes(),
    ...serverInfoRoutes(site),
    ...tenantRoutes(site),
    ...settingsRoutes(site),
    ...healthRoutes(site),
    ...restSessionRoutes(door),
    ...webSessionRoutes(door),
    ...ownSessionRoutes(site),
    ...signInFormRoutes(door),
    ...signOutRoutes(door),
    ...webSudoRoutes(door),
    ...setupRoutes(door),
    ...captchaRoutes(site),
    ...lockRoutes(site),
    ...passwordRoutes(door, resets),
    ...passwordUseRoutes(site, passwordUse),
    ...basicAuthConfigRoutes(site),
    ...emailRoutes(door),
    ...secondStepRoutes(door),
    ...factorRoutes(site),
    ...visitRoutes(door),
    ...providerRoutes(site),
    ...identityRoutes(site),
    ...samlRoutes(door),
    ...samlProviderRoutes(site),
    ...oidcRoutes(door),
    ...oauth2Routes(site, oauth2),
    ...authorisationRoutes(site, oauth2),
    ...incomingLinkRoutes(site),
    ...forwardRoutes(site),
    ...scimRoutes(site),
    ...scimCredentialRoutes(site, lastUse),
    ...directoryRoutes(site, directorySyncs),
    ...apiTokenRoutes(tokenParts),
    ...serviceAccountRoutes(tokenParts),
    ...credentialRoutes({ ...tokenParts, use }),
    ...cloudTokenRoutes({ site, lastUse, use }),
    ...leakRoutes(site),
    ...tokenRoutes(door),
    ...consentRoutes(site),
    ...linkRoutes(site),
    ...authorisedApplicationRoutes([oauth1Applications(site, lastUse), oauth2Applications(site, lastUse)]),
    ...auditRoutes(site, {
      requireAdministrator: (actor) => requireAdministrator(site, actor),
      findUser: async (word) => (await usersByWord(site.db, [word])).get(word),
    }),
    ...refusalRoutes({
      db: site.db,
      refusals,
      isAdministrator: async (actor) => (await grantsOf(site, actor)).global('ADMINISTER'),
    }),
    ...userRoutes(site, {
      hashPassword: async (password, person) =>
        hashNewPassword(config, password, await aboutPerson(site, person)),
      invite: (trx, call, user) => sendInvite(trx, site, call, call.wire.base, user),
      endSessions: async (trx, userId) => {
        await endOtherSessions(trx, userId, null);
      },
    }),
    ...groupRoutes(site),
    ...permissionRoutes(site, { findIssue }),
    ...projectRoutes(site, { findIssue }),
    ...roleRoutes(site),
    ...referenceRoutes(site),
    ...fieldRoutes(site),
    ...iconRoutes(),
    ...createmetaRoutes(site),
    ...issueRoutes(site),
    ...transitionRoutes(site),
    ...commentRoutes(site),
    ...issueLinkRoutes(site),
    ...worklogRoutes(site),
    ...configurationRoutes(),
    ...watcherRoutes(site),
    ...voteRoutes(site),
    ...propertyRoutes(site),
    ...searchRoutes(site),
    ...jqlRoutes(site),
    ...openApiRoutes(() => routes, version),
  ];
  const server = createServer({
    config,
    clock: site.clock,
    log: site.log,
    routes,
    authenticate: limitingRequests(countingPasswords(authenticator(door), passwordUse, site), site),
    onRefusal: refusals.note,
    onUnreadableForm: unreadableForms.note,
    onLeak: ({ identity, ...found }) =>
      leaks.note({
        ...found,
        asker: identity && { actor: identity.actor, identity, source: found.source },
      }),
    onUntrustedProxy: untrustedProxies.note,
    requireWebSudo: webSudoGuard(site),
    onUse: use.note,
    isThisSite: async (cloudId) => cloudId.toLowerCase() === (await siteId(site.db)),
    ...(overrides.webFolder === undefined ? {} : { pages: webPages(overrides.webFolder) }),
  });
  return {
    site,
    server,
    routes,
    mail,
    resets,
    lockMails: lockNotices,
    leaks,
    directorySyncs,
    async close() {
      await server.close();
      await directorySyncs.close();
      await resets.settled();
      await lockNotices.settled();
      await leaks.settled();
      await untrustedProxies.settled();
      await mail.close();
      await passwordUse.close();
      await stopNotices();
      await stopSweeping();
      await stopOauth2Sweeping();
      await unreadableForms.settled();
      await refusals.close();
      await use.close();
      await lastUse.close();
      await closeSite();
    },
  };
}

/** The database cannot be reached, opened or brought up to date; the message says why. */
export class DatabaseUnusable extends Error {}

/** The site without a server: what the command line works on. */
export async function openSite(
  config: Config,
  overrides: Overrides = {},
): Promise<{ site: Site; close: () => Promise<void> }> {
  const log = overrides.log ?? pino({ level: config.logLevel }, pino.destination(2));
  const database = await connectMigrated(config, log);
  const site: Site = {
    db: database.db,
    searchDb: database.searchDb,
    clock: steadyClock(overrides.clock ?? systemClock),
    config,
    log,
    sealer: sealerOf(database.db, config),
  };
  return { site, close: () => database.close() };
}

async function connectMigrated(config: Config, log: Logger): Promise<Database> {
  let database: Database | undefined;
  try {
    database = await connectDatabase({ url: config.databaseUrl, folder: config.dataFolder, log });
    await migrate(database.db);
    await checkSecretKey(database.db, config);
    return database;
  } catch (cause) {
    await database?.close();
    // An AggregateError (no address of a host answered) has its reasons inside, and no message.
    const { message, code } = cause as { message?: string; code?: string };
    throw new DatabaseUnusable(message || code || 'unknown reason', { cause });
  }
}
