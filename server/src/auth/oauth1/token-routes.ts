import { formType } from '../../http/error-response.ts';
import { Answer, type Route, route } from '../../http/route.ts';
import type { Presented } from '../../http/server.ts';
import type { DoorParts } from '../prove.ts';
import { issueAccessToken, issueRequestToken, type TokenAnswer } from './tokens.ts';

type Issue = (parts: DoorParts, presented: Presented, form: string | undefined) => Promise<TokenAnswer>;

const formEncoded = (answer: TokenAnswer): Answer =>
  new Answer(200, new URLSearchParams(answer).toString(), { 'Content-Type': formType });

const endpoints: readonly [string, string, string, Issue][] = [
  ['request-token', 'RequestToken', 'Begin to ask somebody for access', issueRequestToken],
  [
    'access-token',
    'AccessToken',
    'Exchange what was approved, or an old token, for a token',
    issueAccessToken,
  ],
];

/** Where applications get their tokens; what signs a request is all that is looked at. */
export const tokenRoutes = (parts: DoorParts): Route[] => [
  ...endpoints.flatMap(([name, id, summary, issue]) => {
    const common = {
      tag: 'OAuth 1.0a',
      path: `/plugins/servlet/oauth/${name}`,
      access: 'no-door',
      scope: null,
      responses: { 200: null },
      produces: formType,
    } as const;
    return [
      route({
        ...common,
        method: 'POST',
        id: `issue${id}`,
        summary,
        form: 'as-sent',
        handle: async (call) => {
          const form = (call.body as string | undefined) ?? undefined;
          return formEncoded(await issue(parts, call.presented(), form));
        },
      }),
      route({
        ...common,
        method: 'GET',
        id: `issue${id}ByGet`,
        summary,
        handle: async (call) => formEncoded(await issue(parts, call.presented(), undefined)),
      }),
    ];
  }),
  route({
    tag: 'OAuth 1.0a',
    method: 'GET',
    path: '/plugins/servlet/oauth/authorize',
    id: 'authorizeApplication',
    summary: 'Where a person decides whether an application may act for them',
    access: 'no-door',
    scope: null,
    responses: { 302: null },
    handle: async (call) => {
      const token = new URLSearchParams(call.queryText).get('oauth_token') ?? '';
      const query = new URLSearchParams({ oauth_token: token.slice(0, 200) });
      return toPage(`${call.wire.base}/oauth1/authorize?${query}`);
    },
  }),
  route({
    tag: 'OAuth 1.0a',
    method: 'GET',
    path: '/plugins/servlet/oauth/users/access-tokens',
    id: 'authorisedApplicationsPage',
    summary: 'Where people see and revoke what applications may do for them',
    access: 'no-door',
    scope: null,
    responses: { 302: null },
    handle: async (call) => toPage(`${call.wire.base}/account/applications`),
  }),
];

const toPage = (location: string): Answer => new Answer(302, undefined, { Location: location });
