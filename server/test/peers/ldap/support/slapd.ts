import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Attribute, Change, Client } from 'ldapts';
import { makeCa, type TestCa } from './test-ca.ts';

const base = 'dc=example,dc=com';
const manager = { dn: `cn=manager,${base}`, password: 'manager-secret' };

/** What of Active Directory's schema is read, under its own numbers; slapd's copy of it compares nothing. */
const activeDirectorySchema = `
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.656 NAME 'userPrincipalName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.159 NAME 'accountExpires' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.782 NAME 'objectCategory' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP inetOrgPerson STRUCTURAL
  MAY ( sAMAccountName $ userPrincipalName $ objectGUID $ userAccountControl $ accountExpires $ objectCategory ) )
`;

type Values = Readonly<Record<string, string | readonly string[] | Buffer>>;

/** A real OpenLDAP server on loopback, with people and groups of its own. */
export class Slapd {
  readonly folder: string;
  readonly ca: TestCa;
  readonly base = base;
  readonly people = `ou=people,${base}`;
  readonly groups = `ou=groups,${base}`;
  readonly service = { dn: `cn=reader,${base}`, password: 'reader-secret' };
  readonly ports: { readonly plain: number; readonly secure: number };
  #child: ChildProcess | undefined;
  #log = '';

  private constructor(folder: string, ca: TestCa, ports: { plain: number; secure: number }) {
    this.folder = folder;
    this.ca = ca;
    this.ports = ports;
  }

  /** `names`: whom its certificate is for. */
  static async start({ names = 'IP:127.0.0.1,DNS:localhost' } = {}): Promise<Slapd> {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-slapd-'));
    const ca = await makeCa(join(folder, 'tls'));
    const { certificate, key } = await ca.issue('directory', names);
    const slapd = new Slapd(folder, ca, { plain: await freePort(), secure: await freePort() });
    await mkdir(join(folder, 'db'));
    await writeFile(join(folder, 'ad.schema'), activeDirectorySchema);
    const schemas = ['core', 'cosine', 'inetorgperson', 'nis'].map(
      (name) => `include /etc/ldap/schema/${name}.schema`,
    );
    await writeFile(
      join(folder, 'slapd.conf'),
      [
        ...schemas,
        `include ${folder}/ad.schema`,
        'modulepath /usr/lib/ldap',
        ...['back_mdb', 'ppolicy', 'memberof'].map((name) => `moduleload ${name}`),
        `TLSCertificateFile ${certificate}`,
        `TLSCertificateKeyFile ${key}`,
        'sizelimit size.soft=500 size.hard=1000 size.prtotal=unlimited',
        'database mdb',
        `suffix "${base}"`,
        `rootdn "${manager.dn}"`,
        `rootpw ${manager.password}`,
        `directory ${folder}/db`,
        'index objectClass,uid,mail,member,entryUUID eq',
        'access to attrs=userPassword by anonymous auth by * none',
        `access to * by dn.exact="${slapd.service.dn}" read by * none`,
        'overlay ppolicy',
        'overlay memberof',
      ].join('\n'),
    );
    await slapd.run();
    await slapd.#furnish();
    return slapd;
  }

  get ldap(): string {
    return `ldap://127.0.0.1:${this.ports.plain}`;
  }

  get ldaps(): string {
    return `ldaps://127.0.0.1:${this.ports.secure}`;
  }

  async run(): Promise<void> {
    const { plain, secure } = this.ports;
    const child = spawn(
      '/usr/sbin/slapd',
      [
        '-d',
        'stats',
        '-f',
        join(this.folder, 'slapd.conf'),
        '-h',
        `ldap://127.0.0.1:${plain} ldaps://127.0.0.1:${secure}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child.stderr.on('data', (bytes) => {
      this.#log += bytes;
    });
    this.#child = child;
    for (let tries = 0; ; tries++) {
      if (child.exitCode !== null || tries > 100) throw new Error(`slapd does not start: ${this.#log}`);
      if (await answers(plain)) return;
      await delay(50);
    }
  }

  /** As when it is down; `run` brings it back with what it had. */
  async halt(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #furnish(): Promise<void> {
    await this.add(base, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' });
    for (const [dn, ou] of [
      [this.people, 'people'],
      [this.groups, 'groups'],
    ] as const) {
      await this.add(dn, { objectClass: 'organizationalUnit', ou });
    }
    await this.add(this.service.dn, {
      objectClass: ['organizationalRole', 'simpleSecurityObject'],
      cn: 'reader',
      userPassword: this.service.password,
    });
  }

  async #asManager<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: this.ldap });
    try {
      await client.bind(manager.dn, manager.password);
      return await work(client);
    } finally {
      await client.unbind();
    }
  }

  add(dn: string, values: Values): Promise<void> {
    return this.#asManager((client) => client.add(dn, attributesOf(values)));
  }

  remove(dn: string): Promise<void> {
    return this.#asManager((client) => client.del(dn));
  }

  rename(dn: string, newDn: string): Promise<void> {
    return this.#asManager((client) => client.modifyDN(dn, newDn));
  }

  change(dn: string, values: Values): Promise<void> {
    const changes = attributesOf(values).map(
      (modification) =>
        new Change({ operation: modification.values.length === 0 ? 'delete' : 'replace', modification }),
    );
    return this.#asManager((client) => client.modify(dn, changes));
  }

  dnOf(uid: string): string {
    return `uid=${uid},${this.people}`;
  }

  /** The result is the entry's lasting id. */
  async addPerson(uid: string, more: Values = {}): Promise<string> {
    const name = `${uid[0]!.toUpperCase()}${uid.slice(1)}`;
    await this.add(this.dnOf(uid), {
      objectClass: 'inetOrgPerson',
      uid,
      cn: `${name} Doe`,
      sn: 'Doe',
      mail: `${uid}@corp.example`,
      userPassword: passwordOf(uid),
      ...more,
    });
    return this.subjectOf(this.dnOf(uid));
  }

  subjectOf(dn: string): Promise<string> {
    return this.#asManager(async (client) => {
      const { searchEntries } = await client.search(dn, { scope: 'base', attributes: ['entryUUID'] });
      return String(searchEntries[0]!.entryUUID);
    });
  }

  addGroup(cn: string, members: readonly string[]): Promise<void> {
    return this.add(`cn=${cn},${this.groups}`, { objectClass: 'groupOfNames', cn, member: members });
  }

  /** Everything it logged up to now. */
  async log(): Promise<string> {
    const mark = randomUUID();
    await this.#asManager((client) =>
      client.search(base, { scope: 'base', filter: `(description=${mark})` }),
    );
    while (!this.#log.includes(mark)) await delay(5);
    return this.#log;
  }

  /** Binds as this entry since `from` characters of the log. */
  async binds(dn: string, from = 0): Promise<number> {
    return (await this.log()).slice(from).split(`BIND dn="${dn}" method=`).length - 1;
  }
}

/** Long enough for nobody's rules: the directory's passwords are its own matter. */
export const passwordOf = (uid: string): string => `${uid}-secret`;

const attributesOf = (values: Values): Attribute[] =>
  Object.entries(values).map(([type, value]) => {
    const list = [value].flat() as string[];
    return new Attribute({ type, values: list });
  });

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
