import { beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../../src/audit/audit.ts';
import { deleteOldRecords } from '../../src/audit/retention.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const dayMs = 86_400_000;

/** Reads CSV as a spreadsheet does (RFC 4180). */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

describe.each(engines)('reading audit records on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const get = (path: string, headers = world.admin.auth) =>
    ask('GET', `${server.current.url}/rest/${path}`, { headers });
  const records = async (query: string) => (await get(`tessera/1/audit?${query}`)).body.records;
  const source = { address: '192.0.2.7', userAgent: 'import/1.0', requestId: 'made-up' };
  /** Records as if something had happened. */
  const put = (many: number, more: object = {}) => {
    const { site } = server.current.app;
    return inTransaction(site.db, async (trx) => {
      for (let n = 0; n < many; n++) {
        await audit(trx, site.clock, {
          event: 'user.changed',
          outcome: 'ok',
          source,
          subject: `put ${n}`,
          ...more,
        });
      }
    });
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test('only administrators read', async () => {
    for (const path of ['tessera/1/audit', 'tessera/1/audit/export', 'api/2/auditing/record']) {
      expect((await get(path, world.fred.auth)).status).toBe(403);
      expect((await get(path, {} as never)).status).toBe(401);
    }
  });

  test('pages follow each other without gap or repetition, while records are added', async () => {
    await put(25);
    const seen: string[] = [];
    let after = '';
    for (let page = 0; page < 20; page++) {
      const { body } = await get(`tessera/1/audit?limit=7&event=user.changed${after}`);
      seen.push(...body.records.map((record: { id: string }) => record.id));
      if (body.next === null) break;
      after = `&after=${body.next}`;
      await put(1);
    }
    expect(seen.length).toBe(25);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => Number(b) - Number(a)));
  });

  test('every filter narrows', async () => {
    await put(25);
    await get('api/2/myself', basic('wilma', 'wrong'));
    await get('api/2/myself', basic('nobody-here', 'wrong'));
    const events = (list: { event: string }[]) => [...new Set(list.map(({ event }) => event))].sort();
    expect(events(await records('event=api-token,permission-scheme.created&limit=1000'))).toEqual([
      'api-token.created',
      'permission-scheme.created',
    ]);
    expect(await records('event=api&limit=1000')).toEqual([]);
    expect(events(await records('outcome=refused'))).toEqual(['sign-in.failed']);
    expect((await records('user=wilma&event=sign-in')).length).toBe(1);
    expect((await records('user=wilma@example.com&event=sign-in')).length).toBe(1);
    expect((await records('user=nobody-here')).length).toBe(1);
    expect((await records('user=nobody-else')).length).toBe(0);
    const byAdmin = await records('user=admin&limit=1000');
    expect(byAdmin.every((r: { actor: { name: string } }) => r.actor.name === 'admin')).toBe(true);
    expect((await records('address=192.0.2.7&limit=1000')).length).toBeGreaterThanOrEqual(25);
    expect((await records('requestId=made-up&limit=3')).length).toBe(3);
    expect((await records('text=USER+updated+put&limit=1000')).length).toBeGreaterThanOrEqual(25);
    expect(await records('text=100%25')).toEqual([]);
    expect(await records('from=2199-01-01')).toEqual([]);
    expect(await records('to=2001-01-01')).toEqual([]);
    const today = new Date(server.current.clock.now()).toISOString().slice(0, 10);
    expect(await records(`from=${today}&to=${today}&limit=1000`)).toEqual(await records('limit=1000'));
  });

  test('what an account did and what was done to it come in one order', async () => {
    const { site } = server.current.app;
    const fred = { subjectType: 'user', subjectId: world.fred.user.id };
    for (let n = 0; n < 6; n++) {
      server.current.clock.advance(1000);
      await put(1, n % 2 === 0 ? fred : { userId: world.fred.user.id, name: 'fred' });
    }
    const first = await get('tessera/1/audit?user=fred&event=user.changed&limit=4');
    const second = await get(`tessera/1/audit?user=fred&event=user.changed&limit=4&after=${first.body.next}`);
    const at = [...first.body.records, ...second.body.records].map((r: { at: string }) => r.at);
    expect(at.length).toBe(6);
    expect(at).toEqual([...at].sort().reverse());
    expect(site.clock.now()).toBe(server.current.clock.now());
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['after=x', 'after'],
    ['outcome=maybe', 'outcome'],
    ['event=%27%3B--', 'event'],
    ['from=yesterday', 'from'],
    ['to=2026-02-31', 'to'],
    ['from=2026-01-01&from=2026-01-02', 'from'],
  ])('%s is an error of that field', async (query, field) => {
    const { status, body } = await get(`tessera/1/audit?${query}`);
    expect([status, Object.keys(body.errors)]).toEqual([400, [field]]);
  });

  test("Jira's resource: shape, offset, filter and the number of all", async () => {
    const fred = { name: 'fred', emailAddress: 'fred@example.com' };
    await ask('PUT', `${server.current.url}/rest/api/2/user?username=fred`, {
      headers: world.admin.auth,
      body: { displayName: 'Frederick' },
    });
    const { body } = await get('api/2/auditing/record?filter=user+frederick&limit=10');
    expect(body).toMatchObject({ offset: 0, limit: 10, total: 1 });
    expect(body.records[0]).toEqual({
      id: expect.any(Number),
      summary: 'User updated',
      remoteAddress: '127.0.0.1',
      authorKey: world.admin.user.key,
      authorAccountId: world.admin.user.accountId,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
      category: 'user management',
      eventSource: 'user.changed',
      objectItem: { id: String(world.fred.user.id), name: fred.name, typeName: 'USER' },
      changedValues: [{ fieldName: 'displayName', changedFrom: 'Fred', changedTo: 'Frederick' }],
      associatedItems: [],
    });
    const all = await get('api/2/auditing/record');
    expect([all.body.limit, all.body.total]).toEqual([1000, all.body.records.length]);
    const rest = await get('api/2/auditing/record?offset=5&limit=100000');
    expect([rest.body.limit, rest.body.records.length]).toEqual([1000, all.body.total - 5]);
    expect(rest.body.records[0]).toEqual(all.body.records[5]);
    expect((await get(`api/2/auditing/record?to=2001-01-01T00:00:00.000%2B0000`)).body.total).toBe(0);
    expect((await get('api/2/auditing/record?from=soon')).body.errors).toHaveProperty('from');
    expect((await get('api/latest/auditing/record')).status).toBe(200);
  });

  test('a record that an administrator adds says who added it, whatever it claims', async () => {
    const added = await ask('POST', `${server.current.url}/rest/api/2/auditing/record`, {
      headers: world.admin.auth,
      body: {
        summary: 'Backup restored',
        category: 'system',
        eventSource: 'Backup job',
        description: 'from the night before',
        authorKey: world.fred.user.key,
        remoteAddress: '203.0.113.1',
        created: '2014-03-19T18:45:42.967+0000',
        objectItem: { name: 'night.zip', typeName: 'BACKUP' },
        changedValues: [{ fieldName: 'state', changedFrom: 'old', changedTo: 'new' }],
        associatedItems: [{ id: 'x', name: 'X', typeName: 'HOST' }],
      },
    });
    expect([added.status, added.text]).toEqual([201, '']);
    const { body } = await get('api/2/auditing/record?filter=restored&limit=1');
    expect(body.records[0]).toMatchObject({
      summary: 'Backup restored',
      category: 'system',
      eventSource: 'Backup job',
      description: 'from the night before',
      authorKey: world.admin.user.key,
      remoteAddress: '127.0.0.1',
      objectItem: { name: 'night.zip', typeName: 'BACKUP' },
      changedValues: [{ fieldName: 'state', changedFrom: 'old', changedTo: 'new' }],
      associatedItems: [{ id: 'x', name: 'X', typeName: 'HOST' }],
    });
    expect(body.records[0].created).not.toContain('2014');
    const [own] = await records('event=audit.record-added');
    expect(own).toMatchObject({ event: 'audit.record-added', summary: 'Backup restored' });
  });

  test('H24: no cell of a CSV export is taken for a formula, and no line is forged', async () => {
    const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '|x', 'a","=1', 'a\r\n=1,"'];
    for (const subject of evil) {
      await put(1, { event: 'group.created', subject, name: subject, changes: [] });
    }
    const reply = await get('tessera/1/audit/export?format=csv&event=group.created');
    expect(reply.headers.get('content-type')).toBe('text/csv;charset=UTF-8;header=present');
    expect(reply.headers.get('content-disposition')).toMatch(
      /^attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"$/,
    );
    const [head, ...lines] = reply.text.trimEnd().split('\r\n').map(cellsOf);
    expect(lines.length).toBe(evil.length);
    for (const cells of lines) {
      expect(cells.length).toBe(head!.length);
      for (const cell of cells) expect(cell).not.toMatch(/^[\s]*[=+\-@|\t\r＝＋－＠]/);
    }
    expect(lines.map((cells) => cells[head!.indexOf('subject')])).toContain("'=1+1");
  });

  test('H24: JSON lines hold what was recorded, one record a line', async () => {
    const reply = await get('tessera/1/audit/export?event=group.created');
    expect(reply.headers.get('content-type')).toBe('application/x-ndjson;charset=UTF-8');
    const lines = reply.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((record) => record.subject.name)).toContain('a\r\n=1,"');
    expect(lines).toEqual(await records('event=group.created&limit=1000'));
  });

  test('an export goes on beyond a page, is on record, and answers HEAD without a body', async () => {
    await put(1203, { event: 'group.deleted' });
    const { text } = await get('tessera/1/audit/export?event=group.deleted');
    const ids = text
      .trimEnd()
      .split('\n')
      .map((line) => Number(JSON.parse(line).id));
    expect(ids.length).toBe(1203);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    const head = await ask('HEAD', `${server.current.url}/rest/tessera/1/audit/export`, {
      headers: world.admin.auth,
    });
    expect([head.status, head.text]).toEqual([200, '']);
    expect((await records('event=audit.exported'))[0]).toMatchObject({ actor: { name: 'admin' } });
  });

  test('a reader that goes away ends its export', async () => {
    await put(2000, { event: 'group.deleted', detail: { text: 'x'.repeat(900) } });
    const leaving = new AbortController();
    const reply = await fetch(`${server.current.url}/rest/tessera/1/audit/export`, {
      headers: world.admin.auth,
      signal: leaving.signal,
    });
    await reply.body!.getReader().read();
    leaving.abort();
    expect((await get('tessera/1/audit?limit=1')).status).toBe(200);
    expect(server.current.logged()).not.toContain('answer cut off');
  });

  test('records end with their time, in batches, and that is on record; 0 keeps them for ever', async () => {
    const { site } = server.current.app;
    const { db } = site;
    const count = async () => Number((await get('api/2/auditing/record?limit=0')).body.total);
    const before = await count();
    server.current.clock.advance(1);
    await put(1, { subject: 'at the limit' });
    server.current.clock.advance(30 * dayMs);
    await put(1, { subject: 'young' });
    expect(await deleteOldRecords(site, async () => 0)).toMatchObject({ records: 0 });
    expect(await deleteOldRecords(site, async () => 31)).toMatchObject({ records: 0 });
    expect(await deleteOldRecords(site, async () => 30)).toMatchObject({ records: before });
    server.current.clock.advance(1);
    expect(await deleteOldRecords(site, async () => 30)).toMatchObject({ records: 1 });
    const left = await db.selectFrom('audit_events').select(['event', 'subject', 'via']).execute();
    expect(left).toEqual([
      { event: 'user.changed', subject: 'young', via: 'anonymous' },
      { event: 'audit.expired', subject: null, via: 'retention' },
      { event: 'audit.expired', subject: null, via: 'retention' },
    ]);
  });

  test('how long they are kept is a setting', async () => {
    const put = (auditRetentionDays: unknown) =>
      ask('PUT', `${server.current.url}/rest/tessera/1/settings`, {
        headers: basic('admin', 'admin'),
        body: { auditRetentionDays },
      });
    expect((await put(90)).body.auditRetentionDays).toBe(90);
    expect((await put(0)).body.auditRetentionDays).toBe(0);
    for (const wrong of [-1, 1.5, '90', null]) {
      expect((await put(wrong)).body.errors).toHaveProperty('auditRetentionDays');
    }
  });
});
