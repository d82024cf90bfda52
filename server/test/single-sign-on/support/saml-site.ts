import { inflateRawSync } from 'node:zlib';
import { webSession } from '../../audit/trail.ts';
import { ask, askForm, type Reply } from '../../support/client.ts';
import type { RunningServer } from '../../support/server.ts';
import { makeId, type Said, type Signing, type TestIdp } from './test-idp.ts';

export interface Begun {
  /** The browser's cookie. */
  readonly cookie: string;
  readonly relayState: string;
  readonly requestId: string;
  /** The AuthnRequest. */
  readonly xml: string;
  readonly location: URL;
}

/** A SAML provider as this site knows it, and the visits to it. */
export class SamlSite {
  readonly server: RunningServer;
  readonly idp: TestIdp;
  readonly id: string;
  readonly admin: Record<string, string>;

  private constructor(server: RunningServer, idp: TestIdp, id: string, admin: Record<string, string>) {
    this.server = server;
    this.idp = idp;
    this.id = id;
    this.admin = admin;
  }

  static async create(
    server: RunningServer,
    idp: TestIdp,
    { settings = {}, ...more }: { settings?: object; accountRules?: object; requiredDomains?: string[] } = {},
  ): Promise<SamlSite> {
    const admin = await webSession(server, 'admin', 'admin');
    const reply = await ask('POST', `${server.url}/rest/tessera/1/identity-providers`, {
      headers: admin,
      body: {
        kind: 'saml',
        name: makeId(),
        enabled: true,
        settings: {
          entityId: idp.entityId,
          ssoUrl: idp.ssoUrl,
          sloUrl: idp.sloUrl,
          certificates: [idp.certificate],
          ...settings,
        },
        ...more,
      },
    });
    if (reply.status !== 201) throw new Error(`making a provider: ${reply.status} ${reply.text}`);
    return new SamlSite(server, idp, reply.body.id, admin);
  }

  at(path: string): string {
    return `${this.server.url}${path}`;
  }

  get acs(): string {
    return this.at(`/sso/saml/${this.id}/acs`);
  }

  get slo(): string {
    return this.at(`/sso/saml/${this.id}/slo`);
  }

  get entityId(): string {
    return this.at(`/sso/saml/${this.id}/metadata`);
  }

  async start(returnTo?: string): Promise<Begun> {
    const query = returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
    return begun(await ask('GET', this.at(`/sso/${this.id}/start${query}`)));
  }

  /** A visit of somebody who is signed in. */
  async visit(purpose: string, headers: Record<string, string>): Promise<Begun> {
    const body = { provider: this.id, purpose };
    const reply = await ask('POST', this.at('/rest/tessera/1/sign-in/visits'), { headers, body });
    if (reply.status !== 200) throw new Error(`starting a visit: ${reply.status} ${reply.text}`);
    return begun(reply, reply.body.location);
  }

  /** What a good answer to this visit says. */
  said(visit: Pick<Begun, 'requestId'> | undefined, more: Partial<Said> = {}): Said {
    const now = this.server.clock.now();
    const requestId = visit?.requestId ?? null;
    return {
      nameId: 'alice',
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      nameIdMore: '',
      attributes: { uid: ['alice'], email: ['alice@idp.example'], displayName: ['Alice A.'] },
      issuer: this.idp.entityId,
      responseIssuer: this.idp.entityId,
      destination: this.acs,
      recipient: this.acs,
      audience: this.entityId,
      inResponseTo: requestId,
      responseInResponseTo: requestId,
      issuedAt: now,
      notBefore: now - 5000,
      notOnOrAfter: now + 300_000,
      confirmedUntil: now + 300_000,
      authenticatedAt: now,
      sessionIndex: makeId(),
      status: 'urn:oasis:names:tc:SAML:2.0:status:Success',
      responseId: makeId(),
      assertionId: makeId(),
      ...more,
    };
  }

  /** A response with a signed assertion. */
  answer(visit: Begun | undefined, more: Partial<Said> = {}, signing: Signing = {}): string {
    const said = this.said(visit, more);
    return this.idp.response(said, this.idp.signed(this.idp.assertion(said), signing));
  }

  post(xml: string | Buffer, relayState?: string): Promise<Reply> {
    return askForm(this.acs, {
      SAMLResponse: Buffer.from(xml).toString('base64'),
      ...(relayState === undefined ? {} : { RelayState: relayState }),
    });
  }

  /** What the browser that began finds at the end. */
  finish(posted: Reply, cookie: string, session = ''): Promise<Reply> {
    const Cookie = [cookie, session].filter(Boolean).join('; ');
    return ask('GET', posted.headers.get('location')!, { headers: { Cookie } });
  }

  /** The whole way with one response. */
  async bring(xml: string | Buffer, visit: Begun): Promise<Reply> {
    return this.finish(await this.post(xml, visit.relayState), visit.cookie);
  }

  async signIn(more: Partial<Said> = {}): Promise<Reply> {
    const visit = await this.start();
    return this.bring(this.answer(visit, more), visit);
  }

  /** Who a reply signed in; undefined: nobody. */
  async whoIs(reply: Reply): Promise<string | undefined> {
    const session = sessionOf(reply);
    if (session === undefined) return undefined;
    return (await ask('GET', this.at('/rest/api/2/myself'), { headers: session })).body.name;
  }
}

function begun(reply: Reply, to = reply.headers.get('location')!): Begun {
  const location = new URL(to);
  const xml = inflateRawSync(Buffer.from(location.searchParams.get('SAMLRequest')!, 'base64')).toString();
  return {
    cookie: reply.headers.getSetCookie()[0]!.split(';')[0]!,
    relayState: location.searchParams.get('RelayState')!,
    requestId: / ID="([^"]+)"/.exec(xml)![1]!,
    xml,
    location,
  };
}

export function sessionOf(reply: Reply): Record<string, string> | undefined {
  const line = reply.headers.getSetCookie().find((one) => one.startsWith('tessera='));
  return line === undefined ? undefined : { Cookie: line.split(';')[0]! };
}

export function problemOf(reply: Reply): string | null {
  const location = reply.headers.get('location');
  return location === null ? null : new URL(location).searchParams.get('problem');
}
