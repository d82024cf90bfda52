import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { basePath, safeReturnPath } from './api/base.ts';
import { queryClient } from './api/query-client.ts';
import { sessionQuery } from './api/session.ts';
import { BootFailure, BrokenPage } from './scenes/boot-failure.tsx';
import { NotFound } from './scenes/not-found.tsx';
import { Shell } from './scenes/shell/shell.tsx';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Who is asking is known before anything is drawn: every scene can rely on it. */
const rootRoute = createRootRoute({
  beforeLoad: async () => ({ session: await queryClient.ensureQueryData(sessionQuery) }),
  component: Outlet,
  errorComponent: BootFailure,
  notFoundComponent: NotFound,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>) => ({
    ...(text(search.returnTo) && { returnTo: safeReturnPath(text(search.returnTo)) }),
    ...(search.ended ? { ended: true } : {}),
    ...(search.signedOut ? { signedOut: true } : {}),
    // How a visit to an identity provider ended, and the request to ask about.
    ...(text(search.problem) && { problem: text(search.problem) as string }),
    ...(text(search.request) && { request: text(search.request) as string }),
  }),
  beforeLoad: ({ context }) => {
    if (context.session.site.setupRequired) throw redirect({ to: '/setup', search: {} });
  },
  component: lazyRouteComponent(() => import('./scenes/sign-in/sign-in.tsx'), 'SignIn'),
});

const secondStepRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/second-step',
  validateSearch: (search: Record<string, unknown>) => ({
    ...(text(search.returnTo) && { returnTo: safeReturnPath(text(search.returnTo)) }),
  }),
  component: lazyRouteComponent(() => import('./scenes/sign-in/second-step.tsx'), 'SecondStepPage'),
});

const signInLinkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/link',
  component: lazyRouteComponent(() => import('./scenes/mail-links/sign-in-link.tsx'), 'SignInLink'),
});

/** Jira's address of the page, as the denial header and old bookmarks name it. */
const jiraSignInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login.jsp',
  validateSearch: (search: Record<string, unknown>) => ({
    ...(text(search.os_destination) && { os_destination: text(search.os_destination) }),
  }),
  beforeLoad: ({ search }) => {
    throw redirect({
      to: '/sign-in',
      search: search.os_destination ? { returnTo: safeReturnPath(search.os_destination) } : {},
    });
  },
});

/** The code that the mailed links carry stands in the fragment, which no server and no log sees. */
const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./scenes/mail-links/reset-password.tsx'), 'ResetPassword'),
});

const verifyEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('./scenes/mail-links/verify-email.tsx'), 'VerifyEmail'),
});

const unlockRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/unlock',
  component: lazyRouteComponent(() => import('./scenes/mail-links/unlock.tsx'), 'Unlock'),
});

/** Where Jira's address for it leads; the parameter keeps its name. */
const consentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/oauth1/authorize',
  validateSearch: (search: Record<string, unknown>) => ({
    ...(text(search.oauth_token) && { oauth_token: text(search.oauth_token) as string }),
  }),
  component: lazyRouteComponent(() => import('./scenes/applications/consent.tsx'), 'Consent'),
});

/** Where the server sends a browser that came with a request of OAuth 2.0. */
const authorisationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/oauth2/consent/$visitId',
  component: lazyRouteComponent(() => import('./scenes/applications/authorisation.tsx'), 'AuthorisationPage'),
});

const deviceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/device',
  validateSearch: (search: Record<string, unknown>) => ({
    ...(text(search.user_code) && { user_code: text(search.user_code) as string }),
  }),
  component: lazyRouteComponent(() => import('./scenes/applications/device.tsx'), 'Device'),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  validateSearch: (search: Record<string, unknown>) => ({
    ...(text(search.code) && { code: text(search.code) }),
  }),
  component: lazyRouteComponent(() => import('./scenes/setup/setup.tsx'), 'Setup'),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: ({ context }) => {
    if (context.session.site.setupRequired) throw redirect({ to: '/setup', search: {} });
  },
  component: Shell,
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./scenes/home/home.tsx'), 'Home'),
});

const projectsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/projects',
  component: lazyRouteComponent(() => import('./scenes/projects/projects.tsx'), 'Projects'),
});

export interface IssueListSearch {
  jql?: string;
  project?: string;
  status?: string;
  assignee?: string;
  text?: string;
  sort?: string;
  start?: number;
}

const issueListRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/issues',
  validateSearch: (search: Record<string, unknown>): IssueListSearch => {
    const start = Number(search.start);
    return {
      // An empty query is one, too: it finds everything.
      ...(typeof search.jql === 'string' && { jql: search.jql }),
      ...(text(search.project) && { project: text(search.project) as string }),
      ...(text(search.status) && { status: text(search.status) as string }),
      ...(text(search.assignee) && { assignee: text(search.assignee) as string }),
      ...(text(search.text) && { text: text(search.text) as string }),
      ...(text(search.sort) && { sort: text(search.sort) as string }),
      ...(Number.isSafeInteger(start) && start > 0 && { start }),
    };
  },
  component: lazyRouteComponent(() => import('./scenes/issue-list/issue-list.tsx'), 'IssueList'),
});

const issueRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/browse/$issueKey',
  beforeLoad: ({ params }) => {
    // As in Jira, /browse/QA is the project and /browse/QA-31 an issue of it.
    if (/^[A-Za-z][A-Za-z0-9_]*$/.test(params.issueKey)) {
      throw redirect({ to: '/issues', search: { project: params.issueKey.toUpperCase() } });
    }
  },
  component: lazyRouteComponent(() => import('./scenes/issue/issue-scene.tsx'), 'IssueScene'),
});

const tokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/profile/tokens',
  component: lazyRouteComponent(() => import('./scenes/tokens/tokens.tsx'), 'Tokens'),
});

const securityRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account/security',
  // How a visit to an identity provider ended, to link it or to confirm who one is.
  validateSearch: (search: Record<string, unknown>) => ({
    ...(text(search.problem) && { problem: text(search.problem) as string }),
    ...(text(search.request) && { request: text(search.request) as string }),
    ...(text(search.linked) && { linked: text(search.linked) as string }),
  }),
  component: lazyRouteComponent(() => import('./scenes/security/security.tsx'), 'Security'),
});

const applicationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account/applications',
  component: lazyRouteComponent(() => import('./scenes/applications/applications.tsx'), 'Applications'),
});

const whyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/why/$requestId',
  component: lazyRouteComponent(() => import('./scenes/why/why.tsx'), 'Why'),
});

const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/users',
  component: lazyRouteComponent(() => import('./scenes/users/users.tsx'), 'Users'),
});

const groupsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/groups',
  component: lazyRouteComponent(() => import('./scenes/groups/groups.tsx'), 'Groups'),
});

const groupRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/groups/$groupName',
  component: lazyRouteComponent(() => import('./scenes/groups/group.tsx'), 'Group'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/settings',
  component: lazyRouteComponent(() => import('./scenes/settings/settings.tsx'), 'Settings'),
});

const providersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/sign-in',
  component: lazyRouteComponent(() => import('./scenes/single-sign-on/providers.tsx'), 'Providers'),
});

const newProviderRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/sign-in/new',
  component: lazyRouteComponent(() => import('./scenes/single-sign-on/new-provider.tsx'), 'NewProvider'),
});

const providerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/sign-in/$providerId',
  // The ticket of a test that has just come back.
  validateSearch: (search: Record<string, unknown>) => ({
    ...(text(search.test) && { test: text(search.test) as string }),
  }),
  component: lazyRouteComponent(() => import('./scenes/single-sign-on/provider.tsx'), 'Provider'),
});

const linksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/application-links',
  component: lazyRouteComponent(() => import('./scenes/application-links/links.tsx'), 'Links'),
});

const newLinkRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/application-links/new',
  component: lazyRouteComponent(() => import('./scenes/application-links/new-link.tsx'), 'NewLink'),
});

const linkRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/application-links/$linkId',
  component: lazyRouteComponent(() => import('./scenes/application-links/link.tsx'), 'ApplicationLinkPage'),
});

const incomingLinksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/incoming-links',
  component: lazyRouteComponent(() => import('./scenes/incoming-links/links.tsx'), 'IncomingLinks'),
});

const newIncomingLinkRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/incoming-links/new',
  component: lazyRouteComponent(() => import('./scenes/incoming-links/new-link.tsx'), 'NewIncomingLink'),
});

const incomingLinkRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/incoming-links/$linkId',
  component: lazyRouteComponent(() => import('./scenes/incoming-links/link.tsx'), 'IncomingLinkPage'),
});

const locksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/locks',
  component: lazyRouteComponent(() => import('./scenes/locks/locks.tsx'), 'Locks'),
});

const passwordsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/passwords',
  component: lazyRouteComponent(() => import('./scenes/passwords/passwords.tsx'), 'Passwords'),
});

export interface AuditSearch {
  event?: string;
  user?: string;
  outcome?: string;
  address?: string;
  requestId?: string;
  text?: string;
  /** Days, as a date input writes them. */
  from?: string;
  to?: string;
}

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/audit',
  validateSearch: (search: Record<string, unknown>): AuditSearch => {
    const names = ['event', 'user', 'outcome', 'address', 'requestId', 'text', 'from', 'to'] as const;
    return Object.fromEntries(
      names.flatMap((name) => (text(search[name]) === undefined ? [] : [[name, text(search[name])]])),
    );
  },
  component: lazyRouteComponent(() => import('./scenes/audit/audit.tsx'), 'Audit'),
});

const healthRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/health',
  component: lazyRouteComponent(() => import('./scenes/health/health.tsx'), 'Health'),
});

const credentialsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/credentials',
  component: lazyRouteComponent(() => import('./scenes/credentials/credentials.tsx'), 'Credentials'),
});

const serviceAccountsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/service-accounts',
  component: lazyRouteComponent(
    () => import('./scenes/service-accounts/service-accounts.tsx'),
    'ServiceAccounts',
  ),
});

const anywhereElseRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '$',
  component: NotFound,
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    secondStepRoute,
    signInLinkRoute,
    jiraSignInRoute,
    consentRoute,
    authorisationRoute,
    deviceRoute,
    setupRoute,
    resetPasswordRoute,
    verifyEmailRoute,
    unlockRoute,
    shellRoute.addChildren([
      homeRoute,
      projectsRoute,
      issueListRoute,
      issueRoute,
      tokensRoute,
      securityRoute,
      applicationsRoute,
      whyRoute,
      credentialsRoute,
      serviceAccountsRoute,
      usersRoute,
      groupsRoute,
      groupRoute,
      settingsRoute,
      providersRoute,
      newProviderRoute,
      providerRoute,
      incomingLinksRoute,
      newIncomingLinkRoute,
      incomingLinkRoute,
      linksRoute,
      newLinkRoute,
      linkRoute,
      locksRoute,
      passwordsRoute,
      auditRoute,
      healthRoute,
      anywhereElseRoute,
    ]),
  ]),
  basepath: basePath,
  defaultPreload: 'intent',
  defaultErrorComponent: BrokenPage,
  scrollRestoration: true,
  // Plain text in the address, so that JQL can be read, typed and linked to from anywhere.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(search)) {
      if (value !== undefined && value !== null) params.set(name, String(value));
    }
    const written = params.toString();
    return written === '' ? '' : `?${written}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
