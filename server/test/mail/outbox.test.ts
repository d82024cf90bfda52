import { readdirSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { parseMailbox } from '../../src/lib/mail-address.ts';
import { compose } from '../../src/mail/compose.ts';
import { outboxFolder } from '../../src/mail/folder.ts';
import { readOutboxState } from '../../src/mail/mail-store.ts';
import { type Mail, queueMail } from '../../src/mail/outbox.ts';
import { startMailSender } from '../../src/mail/sender.ts';
import { smtpDelivery } from '../../src/mail/smtp.ts';
import { engines } from '../support/engines.ts';
import { mailsOf, type ReadMail, readMail } from '../support/mail.ts';
import { type RunningServer, startServer } from '../support/server.ts';

const letter: Mail = {
  to: 'fred@example.com',
  subject: 'Hello',
  text: 'A line.\nAnother, with grün in it.\n',
};
const hour = 3_600_000;

interface Received {
  readonly from: string;
  readonly to: string[];
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly mail: ReadMail;
}

/** A mail server on a free port that keeps what it is given. */
async function mailServer(options: SMTPServerOptions = {}, host = '127.0.0.1') {
  const received: Received[] = [];
  let refusal: (() => Error | undefined) | undefined;
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      password === 'pä ss' ? done(null, { user: username ?? '' }) : done(new Error('no')),
    onRcptTo: (_address, _session, done) => done(refusal?.() ?? null),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({
          from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(({ address }) => address),
          secure: session.secure === true,
          user: session.user as string | undefined,
          mail: readMail(Buffer.concat(chunks)),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    received,
    refuse: (make: (() => Error | undefined) | undefined) => {
      refusal = make;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const smtpError = (code: number): Error => Object.assign(new Error('not here'), { responseCode: code });

let running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.reverse()) await one.stop();
  running = [];
});

describe.each(engines)('the outbox on %s', (engine) => {
  const start = async (env: Record<string, string> = {}): Promise<RunningServer> => {
    const server = await startServer({ engine, env });
    running.push(server);
    return server;
  };
  const sink = async (...args: Parameters<typeof mailServer>) => {
    const server = await mailServer(...args);
    running.push({ stop: server.close });
    return server;
  };
  const withSmtp = (port: number, credentials = ''): Promise<RunningServer> =>
    start({
      TESSERA_SMTP_URL: `smtp://${credentials}127.0.0.1:${port}`,
      TESSERA_MAIL_FROM: 'Tessera QA <tessera@example.com>',
    });
  const queue = ({ app }: RunningServer, mail: Mail = letter): Promise<boolean> =>
    inTransaction(app.site.db, (trx) => queueMail(trx, app.site.clock, mail));

  test('without a mail server each mail becomes a file that only the server may read', async () => {
    const server = await start();
    await queue(server);
    const [mail] = await mailsOf(server);
    expect(mail).toMatchObject({
      to: 'fred@example.com',
      subject: 'Hello',
      text: letter.text.replaceAll('\n', '\r\n'),
    });
    const folder = outboxFolder(server.app.site.config);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, readdirSync(folder)[0]!)).mode & 0o777).toBe(0o600);
    expect(await readOutboxState(server.app.site.db)).toEqual({ waiting: 0, failing: undefined });
  });

  test('mail of a transaction that fails never goes out', async () => {
    const server = await start();
    const { site } = server.app;
    const failing = inTransaction(site.db, async (trx) => {
      await queueMail(trx, site.clock, letter);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await mailsOf(server)).toEqual([]);
  });

  test('it goes through SMTP, with name and password, once', async () => {
    const mails = await sink();
    const server = await withSmtp(mails.port, 'mailer%40example.com:p%C3%A4%20ss@');
    await queue(server);
    await server.app.mail.deliverDue();
    await server.app.mail.deliverDue();
    expect(mails.received).toMatchObject([
      { from: 'tessera@example.com', to: ['fred@example.com'], user: 'mailer@example.com' },
    ]);
    expect(mails.received[0]!.mail).toMatchObject({
      from: 'Tessera QA <tessera@example.com>',
      subject: 'Hello',
    });
  });

  test('a demonstration sends nothing, whatever is configured', async () => {
    const mails = await sink();
    const server = await startServer({
      engine,
      demo: true,
      env: { TESSERA_SMTP_URL: `smtp://127.0.0.1:${mails.port}`, TESSERA_MAIL_FROM: 'a@example.com' },
    });
    running.push(server);
    await queue(server);
    expect(await mailsOf(server)).toHaveLength(1);
    expect(mails.received).toEqual([]);
  });

  test('what cannot be sent waits longer each time, and is given up after days, on record', async () => {
    const mails = await sink();
    mails.refuse(() => smtpError(451));
    const server = await withSmtp(mails.port);
    const { site, mail } = server.app;
    let attempts = 0;
    mails.refuse(() => {
      attempts++;
      return smtpError(451);
    });
    await queue(server);
    await mail.deliverDue();
    await mail.deliverDue();
    expect(attempts).toBe(1);
    server.clock.advance(30_000);
    await mail.deliverDue();
    server.clock.advance(30_000);
    await mail.deliverDue();
    expect(attempts).toBe(2);
    expect(await readOutboxState(site.db)).toMatchObject({ waiting: 1, failing: { attempts: 2 } });
    for (let h = 0; h < 96; h++) {
      server.clock.advance(hour);
      await mail.deliverDue();
    }
    expect(attempts).toBeGreaterThan(15);
    expect(attempts).toBeLessThan(40);
    expect(await readOutboxState(site.db)).toMatchObject({ waiting: 0 });
    const record = await site.db
      .selectFrom('audit_events')
      .selectAll()
      .where('event', '=', 'mail.given-up')
      .execute();
    expect(record).toMatchObject([{ outcome: 'refused', subject: 'fred@example.com' }]);
  });

  test('mail whose link has died is not sent any more', async () => {
    const mails = await sink();
    mails.refuse(() => smtpError(451));
    const server = await withSmtp(mails.port);
    await queue(server, { ...letter, until: server.clock.now() + hour });
    await server.app.mail.deliverDue();
    mails.refuse(undefined);
    server.clock.advance(hour);
    await server.app.mail.deliverDue();
    expect(mails.received).toEqual([]);
    expect(await readOutboxState(server.app.site.db)).toMatchObject({ waiting: 0 });
  });

  test('a recipient that the server refuses for good is given up at once; a wrong password is not', async () => {
    const mails = await sink();
    const server = await withSmtp(mails.port);
    mails.refuse(() => smtpError(550));
    await queue(server);
    await server.app.mail.deliverDue();
    expect(await readOutboxState(server.app.site.db)).toMatchObject({ waiting: 0 });
    const wrong = await withSmtp(mails.port, 'mailer:wrong@');
    await queue(wrong);
    await wrong.app.mail.deliverDue();
    expect(await readOutboxState(wrong.app.site.db)).toMatchObject({ waiting: 1, failing: { attempts: 1 } });
    expect(wrong.logged()).not.toContain('wrong');
  });

  test('of two processes on one database one sends a mail', async () => {
    const mails = await sink();
    const server = await withSmtp(mails.port);
    const { site } = server.app;
    const other = startMailSender(site);
    for (let i = 0; i < 30; i++) await queue(server, { ...letter, subject: `Number ${i}` });
    await Promise.all([server.app.mail.deliverDue(), other.deliverDue(), other.deliverDue()]);
    const subjects = mails.received.map(({ mail }) => mail.subject);
    expect(subjects).toHaveLength(30);
    expect(new Set(subjects).size).toBe(30);
    await other.close();
  });

  test('a sender that died leaves its mail to be sent later, under the same Message-ID', async () => {
    const server = await start();
    const { site } = server.app;
    await queue(server);
    const seen: string[] = [];
    const dying = startMailSender(site, async (message) => {
      seen.push(message.messageId);
      throw new Error('killed');
    });
    await expect(dying.deliverDue()).rejects.toThrow('killed');
    await dying.close();
    expect(await mailsOf(server)).toEqual([]);
    server.clock.advance(10 * 60_000);
    const [mail] = await mailsOf(server);
    expect(mail?.headers).toContainEqual(['Message-ID', seen[0]]);
  });

  test('it goes out by itself, shortly after the transaction', async () => {
    const mails = await sink();
    const server = await withSmtp(mails.port);
    await queue(server);
    await expect.poll(() => mails.received.length, { timeout: 5000, interval: 20 }).toBe(1);
  });

  test('H22: an address with anything that could be read as a second one gets no mail', async () => {
    const server = await start();
    const hostile = [
      'fred@example.com\r\nBcc: eve@example.com',
      'fred@example.com\nBcc: eve@example.com',
      'fred@example.com, eve@example.com',
      'fred@example.com;eve@example.com',
      '"fred@example.com,eve"@example.com',
      '"eve@evil.example x"@example.com',
      'fred(eve@evil.example)@example.com',
      'fred@example.com>',
      '<fred@example.com',
      'Fred <fred@example.com>',
      'fred@@example.com',
      'fred@example..com',
      'fred@[127.0.0.1]',
      'fred@exam\u0000ple.com',
      'fred\u2028@example.com',
      `${'f'.repeat(250)}@example.com`,
      '=?utf-8?q?fred=40evil.example=3e?=@example.com ',
      '',
    ];
    for (const to of hostile) expect(await queue(server, { ...letter, to }), JSON.stringify(to)).toBe(false);
    expect(await mailsOf(server)).toEqual([]);
    expect(await queue(server, { ...letter, to: "o'brien+qa=x@exämple.com" })).toBe(true);
  });
});

describe('C2: TLS to the mail server', () => {
  const message = {
    from: { name: 'Tessera', address: 'tessera@example.com' },
    to: 'fred@example.com',
    subject: 'Hello',
    text: 'x',
    html: null,
    at: 0,
    messageId: '<a@example.com>',
  };
  const beyondLoopback = Object.values(networkInterfaces())
    .flat()
    .find((one) => one !== undefined && !one.internal && one.family === 'IPv4')?.address;

  test.skipIf(beyondLoopback === undefined)(
    'C2: a server elsewhere that offers no TLS is told nothing',
    async () => {
      const mails = await mailServer({}, '0.0.0.0');
      running.push({ stop: mails.close });
      const url = new URL(`smtp://mailer:secret@${beyondLoopback}:${mails.port}`);
      expect(await smtpDelivery(url)(message)).toMatchObject({ outcome: 'failed', permanent: false });
      expect(mails.received).toEqual([]);
    },
  );

  test.skipIf(beyondLoopback === undefined)(
    'C2: nor is one whose certificate nobody vouches for',
    async () => {
      const mails = await mailServer({ hideSTARTTLS: false, disabledCommands: [] }, '0.0.0.0');
      running.push({ stop: mails.close });
      const url = new URL(`smtp://${beyondLoopback}:${mails.port}`);
      expect(await smtpDelivery(url)(message)).toMatchObject({ outcome: 'failed', permanent: false });
      expect(mails.received).toEqual([]);
    },
  );

  test('C2: smtps speaks TLS from the first byte, on this machine too', async () => {
    const plain = await mailServer();
    running.push({ stop: plain.close });
    const url = new URL(`smtps://127.0.0.1:${plain.port}`);
    expect(await smtpDelivery(url)(message)).toMatchObject({ outcome: 'failed', permanent: false });
    expect(plain.received).toEqual([]);
  });
});

test('H22: whatever stands in subject, text and sender, the message has exactly the intended headers', async () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\r\nBcc: eve@evil.example',
      '\n\n<b>',
      '=?utf-8?q?x=0d=0aBcc:_y?=',
      '\u2028Bcc: a@b',
      'ü'.repeat(400),
    ),
  );
  const expected = ['Auto-Submitted', 'From', 'To', 'Subject', 'Message-ID'];
  const mime = ['Date', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(nasty, { maxLength: 3 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
      fc.option(fc.string({ unit: 'binary' })),
      async (subject, text, html) => {
        const from = parseMailbox('"Tessera, QA" <tessera@example.com>')!;
        const raw = await compose({
          from,
          to: 'fred@example.com',
          subject,
          text,
          html,
          at: 1,
          messageId: '<1@a.b>',
        });
        const mail = readMail(raw);
        const names = mail.headers.map(([name]) => name);
        expect(
          names.every((name) => [...expected, ...mime].includes(name)),
          names.join(),
        ).toBe(true);
        expect(new Set(names).size).toBe(names.length);
        expect(mail.to).toBe('fred@example.com');
        for (const line of raw.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
      },
    ),
    { numRuns: 1000 },
  );
});

test('sender and server are checked at the start, together', () => {
  const mistakes = (env: Record<string, string>): string => {
    try {
      readConfig({ env });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const from = { TESSERA_MAIL_FROM: 'Tessera <tessera@example.com>' };
  expect(mistakes({ TESSERA_SMTP_URL: 'smtps://user:pass@mail.example.com', ...from })).toBe('');
  expect(mistakes({ TESSERA_SMTP_URL: 'smtps://mail.example.com' })).toContain('TESSERA_MAIL_FROM');
  for (const url of [
    'http://mail.example.com',
    'smtp://',
    'smtp://h/path',
    'smtp://h?requireTLS=false',
    'smtp://:p@h',
    'mail',
  ]) {
    expect(mistakes({ TESSERA_SMTP_URL: url, ...from }), url).toContain('TESSERA_SMTP_URL');
  }
  for (const sender of ['nobody', 'A <a@b>, B <c@d>', 'A\nB <a@b.example>', 'a@b;c@d']) {
    expect(mistakes({ TESSERA_MAIL_FROM: sender }), sender).toContain('TESSERA_MAIL_FROM');
  }
});
