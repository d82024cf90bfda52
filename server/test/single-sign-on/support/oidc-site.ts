import type { JWTPayload } from 'jose';
import { webSession } from '../../audit/trail.ts';
import { ask, type Reply } from '../../support/client.ts';
import type { RunningServer } from '../../support/server.ts';
import type { TestOp } from './test-op.ts';

export interface BegunOidc {
  /** The browser's cookie. */
  readonly cookie: string;
  readonly location: URL;
  readonly state: string;
  readonly nonce: string;
}

/** An OpenID provider as this site knows it, and the visits to it. */
export class OidcSite {
  readonly server: RunningServer;
  readonly op: TestOp;
  readonly id: string;
  readonly admin: Record<string, string>;

  private constructor(server: RunningServer, op: TestOp, id: string, admin: Record<string, string>) {
    this.server = server;
    this.op = op;
    this.id = id;
    this.admin = admin;
  }

  static async create(
    server: RunningServer,
    op: TestOp,
    { settings = {}, ...more }: { settings?: object; accountRules?: object } = {},
  ): Promise<OidcSite> {
    const admin = await webSession(server, 'admin', 'admin');
    const reply = await ask('POST', `${server.url}/rest/tessera/1/identity-providers`, {
      headers: admin,
      body: {
        kind: 'oidc',
        name: `OpenID ${crypto.randomUUID()}`,
        enabled: true,
        settings: { issuer: op.issuer, clientId: 'tessera', clientSecret: 'between the two', ...settings },
        ...more,
      },
    });
    if (reply.status !== 201) throw new Error(`making a provider: ${reply.status} ${reply.text}`);
    return new OidcSite(server, op, reply.body.id, admin);
  }

  at(path: string): string {
    return `${this.server.url}${path}`;
  }

  get callback(): string {
    return this.at(`/sso/oidc/${this.id}/callback`);
  }

  async start(): Promise<BegunOidc> {
    return begun(await ask('GET', this.at(`/sso/${this.id}/start`)));
  }

  /** A visit of somebody who is signed in. */
  async visit(purpose: string, headers: Record<string, string>): Promise<BegunOidc> {
    const body = { provider: this.id, purpose };
    const reply = await ask('POST', this.at('/rest/tessera/1/sign-in/visits'), { headers, body });
    if (reply.status !== 200) throw new Error(`starting a visit: ${reply.status} ${reply.text}`);
    return begun(reply, reply.body.location);
  }

  /** The claims of a good ID token for this visit. */
  claims(visit: Pick<BegunOidc, 'nonce'>, more: JWTPayload = {}): JWTPayload {
    const now = Math.floor(this.server.clock.now() / 1000);
    return {
      iss: this.op.issuer,
      aud: 'tessera',
      sub: 'sub-of-alice',
      nonce: visit.nonce,
      iat: now,
      exp: now + 300,
      auth_time: now,
      preferred_username: 'alice',
      email: 'alice@op.example',
      email_verified: true,
      name: 'Alice A.',
      ...more,
    };
  }

  /** The browser comes back; what the callback answers. */
  back(visit: Pick<BegunOidc, 'state'>, query: Record<string, string> = { code: 'a-code' }): Promise<Reply> {
    return ask('GET', `${this.callback}?${new URLSearchParams({ state: visit.state, ...query })}`);
  }

  /** Back, and on to where the browser shows its cookie. */
  async finish(back: Reply, cookie: string): Promise<Reply> {
    return ask('GET', back.headers.get('location')!, { headers: { Cookie: cookie } });
  }

  /** A whole sign-in with this ID token. */
  async signInWith(
    idToken: (visit: BegunOidc) => Promise<string> | string,
    userinfo?: Record<string, unknown>,
  ): Promise<Reply> {
    const visit = await this.start();
    this.op.next = { idToken: await idToken(visit), userinfo: userinfo ?? { sub: 'sub-of-alice' } };
    return this.finish(await this.back(visit), visit.cookie);
  }
}

function begun(reply: Reply, to = reply.headers.get('location')): BegunOidc {
  const location = new URL(to!);
  const cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const { searchParams } = location;
  return { cookie, location, state: searchParams.get('state')!, nonce: searchParams.get('nonce')! };
}
