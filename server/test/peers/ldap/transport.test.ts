import net from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../support/client.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { Slapd } from './support/slapd.ts';

const answerToStartTls = Buffer.from('300c02010178070a010004000400', 'hex');

/** What reaches a directory, and what does not; nothing of it is the database's. */
describe('the way to a directory', () => {
  const server = useServer({ engine: 'sqlite' });
  let slapd: Slapd;
  let site: DirectorySite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    await slapd.addPerson('alice');
    site = await DirectorySite.create(server.current, slapd);
  });
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  const through = async (settings: object) => {
    // What was proven with the settings as they were counts no more.
    server.current.clock.advance(1_000);
    await site.change({ settings });
    return (await site.myself('alice')).status;
  };

  test('ldaps, StartTLS, and clear text on this machine', async () => {
    expect(await through({})).toBe(200);
    expect(await through({ url: slapd.ldap, startTls: true })).toBe(200);
    expect(await through({ url: slapd.ldap, startTls: false, caCertificates: '' })).toBe(200);
    expect(await through({ url: `ldap://localhost:${slapd.ports.plain}`, startTls: true })).toBe(200);
    const log = await slapd.log();
    expect(log).toContain('TLS established');
    expect(log).toContain('STARTTLS');
  });

  test('a certificate that nobody vouches for is refused', async () => {
    expect(await through({ caCertificates: '' })).toBe(503);
    expect(await through({ url: slapd.ldap, startTls: true, caCertificates: '' })).toBe(503);
    const another = await Slapd.start();
    expect(await through({ caCertificates: another.ca.certificate })).toBe(503);
    await another.stop();
  });

  test('a certificate for another name is refused', async () => {
    const another = await Slapd.start({ names: 'DNS:elsewhere.example' });
    await another.addPerson('alice');
    const { certificate } = another.ca;
    expect(await through({ url: another.ldaps, caCertificates: certificate })).toBe(503);
    expect(await through({ url: another.ldap, startTls: true, caCertificates: certificate })).toBe(503);
    expect(await another.binds(another.service.dn)).toBe(0);
    await another.stop();
  });

  /** Somebody on the way; the result is everything that was sent to them in clear text. */
  const between = async (handle: (socket: net.Socket) => void, settings: object = {}) => {
    const clear: Buffer[] = [];
    const sockets: net.Socket[] = [];
    const trap = net.createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', (bytes: Buffer) => {
        clear.push(bytes);
        handle(socket);
      });
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const { port } = trap.address() as net.AddressInfo;
    const status = await through({ url: `ldap://127.0.0.1:${port}`, startTls: true, ...settings });
    for (const socket of sockets) socket.destroy();
    trap.close();
    return { status, clear: Buffer.concat(clear).toString('latin1'), connections: sockets.length };
  };
  const secrets = () => [slapd.service.password, slapd.service.dn];
  const tellsNothing = (clear: string) => {
    for (const secret of secrets()) expect(clear).not.toContain(secret);
  };

  test('a directory that refuses StartTLS is told nothing in clear text', async () => {
    const refusal = Buffer.from('300c02010178070a010204000400', 'hex');
    const { status, clear } = await between((socket) => socket.write(refusal));
    expect(status).toBe(503);
    tellsNothing(clear);
  });

  test('what somebody puts behind the answer to StartTLS never counts as an answer (CVE-2011-0411)', async () => {
    // The beginning of “bind of message 1 succeeded”, whose end would be the directory's own refusal.
    const forged = Buffer.from('302d02010161280a0100040004', 'hex');
    const { status, clear } = await between((socket) =>
      socket.write(Buffer.concat([answerToStartTls, forged])),
    );
    expect(status).toBe(503);
    tellsNothing(clear);
  });

  test('a connection that is cut after StartTLS does not come back in clear text', async () => {
    let upgraded = 0;
    const { status, clear } = await between((socket) => {
      // The real directory behind it; then the line is cut.
      const real = net.connect(slapd.ports.plain, '127.0.0.1');
      real.on('error', () => undefined);
      real.write(Buffer.from('301d02010177188016312e332e362e312e342e312e313436362e3230303337', 'hex'));
      real.once('data', (answer) => {
        socket.write(answer);
        socket.pipe(real);
        real.pipe(socket);
        upgraded++;
        let seen = 0;
        real.on('data', () => {
          if (++seen === 2) socket.destroy();
        });
      });
    });
    expect(status).toBe(503);
    expect(upgraded).toBeGreaterThan(0);
    tellsNothing(clear);
  });

  test('a directory that says nothing is given up', async () => {
    const server = tls.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    server.on('tlsClientError', () => undefined);
    expect(await through({ url: `ldaps://127.0.0.1:${port}` })).toBe(503);
    server.close();
  });

  test('settings that would send passwords in clear text, or trust nothing, are refused by name', async () => {
    await site.signInAdmin();
    const refused = async (settings: object) => {
      const body = {
        kind: 'ldap',
        name: 'X',
        settings: { url: 'ldaps://d.example', baseDn: 'o=x', flavour: 'openLdap', ...settings },
      };
      const reply = await ask('POST', site.at('/rest/tessera/1/identity-providers'), {
        headers: site.admin,
        body,
      });
      expect(reply.status).toBe(400);
      return Object.keys(reply.body.errors);
    };
    expect(await refused({ url: 'ldap://d.example' })).toEqual(['settings.startTls']);
    expect(await refused({ url: 'ldaps://d.example', startTls: true })).toEqual(['settings.startTls']);
    for (const url of [
      'd.example',
      'https://d.example',
      'ldaps://',
      'ldaps://a:b@d.example',
      'ldaps://d.example/o=x',
    ]) {
      expect([url, await refused({ url })]).toEqual([url, ['settings.url']]);
    }
    expect(await refused({ caCertificates: 'none' })).toEqual(['settings.caCertificates']);
    expect(await refused({ bindDn: 'cn=reader' })).toEqual(['settings.bindPassword']);
    expect(await refused({ bindPassword: 'x' })).toEqual(['settings.bindDn']);
    expect(await refused({ bindDn: 'EXTERNAL', bindPassword: 'x' })).toEqual(['settings.bindDn']);
    expect(await refused({ userFilter: '(uid=*))(x=y' })).toEqual(['settings.userFilter']);
    expect(await refused({ nestedGroups: true })).toEqual(['settings.groupBaseDn']);
    expect(await refused({ syncMinutes: 4 })).toEqual(['settings.syncMinutes']);
    expect(await refused({ syncMinutes: 1441 })).toEqual(['settings.syncMinutes']);
  });

  test('H11: a stored password goes to no other address, and to no other name', async () => {
    await site.change({ settings: {} });
    const put = (settings: object) =>
      ask('PUT', site.path, {
        headers: site.admin,
        body: {
          name: 'Corp',
          settings: {
            url: slapd.ldaps,
            caCertificates: slapd.ca.certificate,
            bindDn: slapd.service.dn,
            baseDn: slapd.people,
            flavour: 'openLdap',
            ...settings,
          },
        },
      });
    expect((await put({ userFilter: '(uid=*)' })).status).toBe(200);
    for (const settings of [{ url: 'ldaps://evil.example' }, { bindDn: 'cn=other' }]) {
      const refused = await put(settings);
      expect([refused.status, Object.keys(refused.body.errors)]).toEqual([400, ['settings.bindPassword']]);
    }
    // Nor in two steps: it is forgotten by the first.
    const anonymous = await put({ url: 'ldaps://evil.example', bindDn: undefined });
    expect([anonymous.status, anonymous.body.hasSecrets]).toEqual([200, false]);
    expect((await put({ url: 'ldaps://evil.example' })).status).toBe(400);
    expect((await put({})).status).toBe(400);
    await site.change({ settings: {} });
  });

  test('a line that breaks while a password is on its way counts as a try, for a minute', async () => {
    let shown = 0;
    const cut = net.createServer((socket) => {
      const real = net.connect(slapd.ports.plain, '127.0.0.1');
      for (const one of [socket, real]) one.on('error', () => undefined);
      real.pipe(socket);
      socket.on('data', (bytes: Buffer) => {
        if (!bytes.includes('guess')) return void real.write(bytes);
        shown++;
        real.destroy();
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => cut.listen(0, '127.0.0.1', resolve));
    const { port } = cut.address() as net.AddressInfo;
    await site.change({ settings: { url: `ldap://127.0.0.1:${port}` } });
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) => site.myself('alice', `guess ${n}`)),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(503));
    expect(shown).toBe(3);
    expect(server.current.logged()).not.toContain('guess');
    server.current.clock.advance(61_000);
    expect((await site.myself('alice', 'guess again')).status).toBe(503);
    expect(shown).toBe(4);
    cut.close();
    await site.change({ settings: {} });
    server.current.clock.advance(61_000);
    expect((await site.myself('alice')).status).toBe(200);
  });
});
