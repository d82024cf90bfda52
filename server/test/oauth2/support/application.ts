import * as client from 'openid-client';
import { webSession } from '../../audit/trail.ts';
import { ask, askForm, type Reply } from '../../support/client.ts';
import type { RunningServer } from '../../support/server.ts';

type Headers = Record<string, string>;

export interface ApplicationInput {
  readonly name?: string;
  readonly redirectUris?: readonly string[];
  readonly scopes?: readonly string[];
  readonly grants?: readonly string[];
  readonly actsAs?: string | null;
  readonly confidential?: boolean;
}

/** An authorisation request as a test changes it. */
export type Wishes = Record<string, string>;

/** An application that asks for access by OAuth 2.0, and the browsers of the people it asks. */
export class Application {
  readonly server: RunningServer;
  readonly id: string;
  readonly clientId: string;
  readonly secret: string | null;
  readonly redirectUri = 'https://app.example/callback';

  private constructor(server: RunningServer, made: { id: string; clientId: string; secret: string | null }) {
    this.server = server;
    this.id = made.id;
    this.clientId = made.clientId;
    this.secret = made.secret;
  }

  static async create(
    server: RunningServer,
    input: ApplicationInput = {},
    own: Headers = {},
  ): Promise<Application> {
    const reply = await ask('POST', `${server.url}/rest/tessera/1/incoming-links`, {
      headers: { ...(await webSession(server, 'admin', 'admin')), ...own },
      body: {
        name: `App ${crypto.randomUUID()}`,
        redirectUris: ['https://app.example/callback'],
        scopes: ['SYSTEM_ADMIN', 'read:jira-work', 'write:jira-work'],
        grants: ['authorization_code', 'refresh_token', 'device_code'],
        confidential: true,
        ...input,
      },
    });
    if (reply.status !== 201) throw new Error(`making a link: ${reply.status} ${reply.text}`);
    return new Application(server, reply.body);
  }

  at(path: string): string {
    return `${this.server.url}${path}`;
  }

  get own(): Record<string, string> {
    return { client_id: this.clientId, ...(this.secret === null ? {} : { client_secret: this.secret }) };
  }

  /** As `openid-client` finds it out. */
  configuration(auth?: client.ClientAuth): Promise<client.Configuration> {
    return client.discovery(new URL(this.server.url), this.clientId, this.secret ?? undefined, auth, {
      execute: [client.allowInsecureRequests],
    });
  }

  async authorizeUrl(verifier: string, wishes: Wishes = {}): Promise<string> {
    const parameters = new URLSearchParams({
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      response_type: 'code',
      scope: 'READ',
      state: 'the state',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...wishes,
    });
    for (const [name, value] of Object.entries(wishes)) if (value === '') parameters.delete(name);
    return this.at(`/rest/oauth2/latest/authorize?${parameters}`);
  }

  /** What somebody's browser does with such an address: the consent page's REST, and on. */
  async visit(url: string, session: Headers, allow = true): Promise<URL> {
    const begun = await ask('GET', url, { headers: session });
    const { id, headers } = visitOf(begun, session);
    const decided = await ask('POST', this.at(`/rest/tessera/1/authorisations/${id}`), {
      headers,
      body: { allow, accountId: await this.accountId(session) },
    });
    if (decided.status !== 200) throw new Error(`deciding: ${decided.status} ${decided.text}`);
    return new URL(decided.body.location);
  }

  async accountId(headers: Headers): Promise<string> {
    const { body } = await ask('GET', this.at('/rest/tessera/1/session'), { headers });
    return body.user.accountId;
  }

  async code(session: Headers, wishes: Wishes = {}): Promise<{ code: string; verifier: string; url: URL }> {
    const verifier = client.randomPKCECodeVerifier();
    const url = await this.visit(await this.authorizeUrl(verifier, wishes), session);
    return { code: url.searchParams.get('code') ?? '', verifier, url };
  }

  /** A form to the token endpoint; `fields` with the client's own unless it says otherwise. */
  token(fields: Record<string, string>): Promise<Reply> {
    return askForm(this.at('/rest/oauth2/latest/token'), { ...this.own, ...fields });
  }

  async tokens(session: Headers, wishes: Wishes = {}): Promise<any> {
    const { code, verifier } = await this.code(session, wishes);
    const reply = await this.token({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: this.redirectUri,
    });
    if (reply.status !== 200) throw new Error(`tokens: ${reply.status} ${reply.text}`);
    return reply.body;
  }

  refresh(refreshToken: string, more: Record<string, string> = {}): Promise<Reply> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
  }
}

/** The visit that an answer of the authorisation endpoint begins: its id, and the headers of the browser from then on. */
export function visitOf(begun: Reply, session: Headers): { id: string; headers: Headers } {
  const location = begun.headers.get('location') ?? '';
  const id = /\/oauth2\/consent\/([^/?]+)$/.exec(location)?.[1];
  if (begun.status !== 303 || id === undefined)
    throw new Error(`no consent: ${begun.status} ${location} ${begun.text}`);
  const cookie = begun.headers.getSetCookie()[0]!.split(';')[0]!;
  return { id, headers: { ...session, Cookie: `${session.Cookie}; ${cookie}` } };
}
