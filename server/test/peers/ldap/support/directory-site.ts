import { webSession } from '../../../audit/trail.ts';
import { ask, basic, type Reply } from '../../../support/client.ts';
import type { RunningServer } from '../../../support/server.ts';
import { passwordOf, type Slapd } from './slapd.ts';

const providers = '/rest/tessera/1/identity-providers';

export interface DirectoryOptions {
  readonly name?: string;
  readonly settings?: object;
  readonly accountRules?: object;
  readonly position?: number;
  readonly requiredDomains?: readonly string[];
  readonly enabled?: boolean;
}

/** A directory as this site knows it. */
export class DirectorySite {
  readonly server: RunningServer;
  readonly slapd: Slapd;
  readonly id: string;
  /** A session of an administrator; it is asked for the password again when tests move the clock. */
  admin: Record<string, string>;

  private constructor(server: RunningServer, slapd: Slapd, id: string, admin: Record<string, string>) {
    this.server = server;
    this.slapd = slapd;
    this.id = id;
    this.admin = admin;
  }

  static async create(
    server: RunningServer,
    slapd: Slapd,
    options: DirectoryOptions = {},
  ): Promise<DirectorySite> {
    const admin = await webSession(server, 'admin', 'admin');
    const body = { kind: 'ldap', enabled: true, ...bodyOf(slapd, options) };
    const reply = await ask('POST', `${server.url}${providers}`, { headers: admin, body });
    if (reply.status !== 201) throw new Error(`making a directory: ${reply.status} ${reply.text}`);
    return new DirectorySite(server, slapd, reply.body.id, admin);
  }

  at(path: string): string {
    return `${this.server.url}${path}`;
  }

  get path(): string {
    return this.at(`${providers}/${this.id}`);
  }

  async signInAdmin(): Promise<Record<string, string>> {
    this.admin = await webSession(this.server, 'admin', 'admin');
    return this.admin;
  }

  async change(options: DirectoryOptions): Promise<void> {
    await this.signInAdmin();
    const reply = await ask('PUT', this.path, { headers: this.admin, body: bodyOf(this.slapd, options) });
    if (reply.status !== 200) throw new Error(`changing a directory: ${reply.status} ${reply.text}`);
  }

  /** Who one is over Basic. */
  myself(name: string, password = passwordOf(name)): Promise<Reply> {
    return ask('GET', this.at('/rest/api/2/myself'), { headers: basic(name, password) });
  }

  /** On the web page. */
  signIn(username: string, password = passwordOf(username)): Promise<Reply> {
    return ask('POST', this.at('/rest/tessera/1/session'), { body: { username, password } });
  }
}

const bodyOf = (
  slapd: Slapd,
  { name = 'Corp', settings, accountRules, position, requiredDomains, enabled }: DirectoryOptions,
) => ({
  name,
  settings: {
    url: slapd.ldaps,
    caCertificates: slapd.ca.certificate,
    bindDn: slapd.service.dn,
    bindPassword: slapd.service.password,
    baseDn: slapd.people,
    flavour: 'openLdap',
    ...settings,
  },
  ...(enabled === undefined ? {} : { enabled }),
  ...(accountRules === undefined ? {} : { accountRules }),
  ...(position === undefined ? {} : { position }),
  ...(requiredDomains === undefined ? {} : { requiredDomains }),
});
