import { beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { type Account, addAccount } from '../support/world.ts';
import { useCast } from './cast.ts';

describe.each(engines)('resources about JQL on %s', (engine) => {
  const cast = useCast(engine);
  const world = () => cast.tracker.world;
  const post = (path: string, body: unknown, by: Account | null = world().fred) =>
    cast.tracker.call('POST', `/jql/${path}`, by, body);

  describe('parse', () => {
    const parse = async (jql: string, validation = 'strict', by: Account | null = world().fred) => {
      const { status, body } = await post(`parse?validation=${validation}`, { queries: [jql] }, by);
      expect([status, body.queries.length, body.queries[0].query]).toEqual([200, 1, jql]);
      const { query: _, ...parsed } = body.queries[0];
      return parsed;
    };

    test('shows the tree of a query', async () => {
      expect(
        await parse(
          `summary ~ test AND (labels in (urgent, "a b") OR assignee = currentUser()) AND not status CHANGED AFTER startOfMonth(-1M) ORDER BY updated DESC, key`,
        ),
      ).toEqual({
        structure: {
          where: {
            operator: 'and',
            clauses: [
              {
                field: { name: 'summary', encodedName: 'summary' },
                operator: '~',
                operand: { value: 'test', encodedValue: 'test' },
              },
              {
                operator: 'or',
                clauses: [
                  {
                    field: { name: 'labels', encodedName: 'labels' },
                    operator: 'in',
                    operand: {
                      values: [
                        { value: 'urgent', encodedValue: 'urgent' },
                        { value: 'a b', encodedValue: '"a b"' },
                      ],
                      encodedOperand: '(urgent, "a b")',
                    },
                  },
                  {
                    field: { name: 'assignee', encodedName: 'assignee' },
                    operator: '=',
                    operand: { function: 'currentUser', arguments: [], encodedOperand: 'currentUser()' },
                  },
                ],
              },
              {
                operator: 'not',
                clauses: [
                  {
                    field: { name: 'status', encodedName: 'status' },
                    operator: 'changed',
                    predicates: [
                      {
                        operator: 'after',
                        operand: {
                          function: 'startOfMonth',
                          arguments: ['-1M'],
                          encodedOperand: 'startOfMonth(-1M)',
                        },
                      },
                    ],
                  },
                ],
              },
            ],
          },
          orderBy: {
            fields: [
              { field: { name: 'updated', encodedName: 'updated' }, direction: 'desc' },
              { field: { name: 'key', encodedName: 'key' } },
            ],
          },
        },
      });
    });

    test('shows properties, reserved words and empty values', async () => {
      const { structure } = await parse(
        `issue.property["spaces here"].value in (Incidents, EMPTY) or "order" was not 'x"y'`,
        'none',
      );
      expect(structure.where.clauses).toEqual([
        {
          field: {
            name: 'issue.property[spaces here].value',
            encodedName: 'issue.property["spaces here"].value',
            property: [{ entity: 'issue', key: 'spaces here', path: 'value' }],
          },
          operator: 'in',
          operand: {
            values: [{ value: 'Incidents', encodedValue: 'Incidents' }, { keyword: 'empty' }],
            encodedOperand: '(Incidents, EMPTY)',
          },
        },
        {
          field: { name: 'order', encodedName: '"order"' },
          operator: 'was not',
          operand: { value: 'x"y', encodedValue: '"x\\"y"' },
          predicates: [],
        },
      ]);
    });

    test('says what is wrong, as strictly as asked', async () => {
      const missing = "The value 'INVALID' does not exist for the field 'project'.";
      expect(await parse('project = INVALID')).toEqual({ errors: [missing] });
      expect(await parse('project = INVALID', 'warn')).toEqual({
        structure: expect.anything(),
        errors: [missing],
      });
      expect(await parse('project = INVALID', 'none')).toEqual({ structure: expect.anything() });
      for (const validation of ['strict', 'warn', 'none']) {
        expect(await parse('invalid query', validation)).toEqual({
          errors: [
            expect.stringMatching(
              /^Error in the JQL Query: Expecting operator but got 'query'\. .*\(line 1, character 9\)$/,
            ),
          ],
        });
      }
    });

    test('Z4: a hidden project looks like none', async () => {
      for (const who of [world().wilma, null]) {
        const { errors } = await parse('project = QA', 'strict', who);
        expect(errors).toEqual(["The value 'QA' does not exist for the field 'project'."]);
        expect((await parse('key = QA-1', 'warn', who)).errors).toEqual([
          "An issue with key 'QA-1' does not exist for field 'key'.",
        ]);
      }
    });

    test('takes a hundred queries, and the words of its parameter only', async () => {
      const many = (count: number) => ({ queries: Array.from({ length: count }, () => 'key = QA-1') });
      expect((await post('parse', many(100))).status).toBe(200);
      expect((await post('parse', many(101))).status).toBe(400);
      expect((await post('parse', { queries: [] })).status).toBe(400);
      expect((await post('parse?validation=maybe', many(1))).status).toBe(400);
    });
  });

  describe('match', () => {
    test('tells which issues a query finds', async () => {
      const ids: Record<string, number> = {};
      for (const [letter, key] of Object.entries(cast.keys)) {
        ids[letter] = Number((await cast.tracker.get(`/issue/${key}`)).body.id);
      }
      const issueIds = [ids.a, ids.b, ids.c, ids.k, 999_999];
      const jqls = ['labels = red', 'project = PUB', 'order by key', 'broken = value', 'labels ='];
      const { status, body } = await post('match', { issueIds, jqls });
      expect(status).toBe(200);
      expect(body.matches.map(({ matchedIssues }: any) => matchedIssues.toSorted())).toEqual([
        [ids.a, ids.c],
        [ids.k],
        [ids.a, ids.b, ids.c, ids.k].toSorted(),
        [],
        [],
      ]);
      expect(body.matches.map(({ errors }: any) => errors[0])).toEqual([
        undefined,
        undefined,
        undefined,
        'Invalid JQL: broken = value',
        'Invalid JQL: labels =',
      ]);
      for (const who of [world().wilma, null]) {
        const hidden = await post('match', { issueIds, jqls: ['order by key', 'not labels = x'] }, who);
        expect(hidden.body.matches.map(({ matchedIssues }: any) => matchedIssues)).toEqual([[ids.k], []]);
      }
      expect((await post('match', { issueIds: [], jqls: ['order by key'] })).body.matches).toEqual([
        { matchedIssues: [], errors: [] },
      ]);
    });

    test('takes so many at once', async () => {
      const list = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
      const jqls = (count: number) => list(count).map(() => 'key = QA-1');
      expect((await post('match', { issueIds: list(1_000), jqls: jqls(1) })).status).toBe(200);
      expect((await post('match', { issueIds: list(1_001), jqls: jqls(1) })).status).toBe(400);
      expect((await post('match', { issueIds: [1], jqls: jqls(101) })).status).toBe(400);
    });
  });

  describe('sanitize', () => {
    const sanitize = async (queries: unknown[]) =>
      (await post('sanitize', { queries }, world().admin)).body.queries;

    test('puts ids for what a reader may not see', async () => {
      const { admin, fred, wilma } = world();
      const { body: issue } = await cast.tracker.get('/issue/QA-1');
      const project = issue.fields.project.id;
      const query = `project = 'Project QA' and not (key in (QA-1, PUB-1) or parent = qa-1) or project in (PUB, NOPE, "QA") order by key`;
      const accountId = wilma.user.accountId;
      const clean = `(project = ${project} AND NOT (key in (${issue.id}, PUB-1) OR parent = ${issue.id})) OR project in (PUB, NOPE, ${project}) ORDER BY key`;
      const upper = clean.replaceAll(' in ', ' IN ');
      expect(
        await sanitize([{ query }, { query, accountId }, { query, accountId: fred.user.accountId }]),
      ).toEqual([
        { initialQuery: query, sanitizedQuery: upper },
        { initialQuery: query, sanitizedQuery: upper, accountId },
        { initialQuery: query, sanitizedQuery: query, accountId: fred.user.accountId },
      ]);
      expect(await cast.found(upper.replace(', NOPE', ''), admin)).toBe(
        await cast.found(query.replace(', NOPE', ''), admin),
      );
      expect(await sanitize([{ query: 'labels = QA', accountId }])).toEqual([
        { initialQuery: 'labels = QA', sanitizedQuery: 'labels = QA', accountId },
      ]);
    });

    test('tells what it cannot do, and is for administrators', async () => {
      const [broken, nobody] = await sanitize([
        { query: 'invalid query' },
        { query: '', accountId: 'nobody' },
      ]);
      expect(broken.errors.errorMessages).toEqual([expect.stringContaining('(line 1, character 9)')]);
      expect(nobody).toEqual({
        initialQuery: '',
        accountId: 'nobody',
        errors: { errorMessages: ["The user with account ID 'nobody' does not exist."], errors: {} },
      });
      expect((await post('sanitize', { queries: [{ query: '' }] })).status).toBe(403);
      const many = { queries: Array.from({ length: 21 }, () => ({ query: '' })) };
      expect((await post('sanitize', many, world().admin)).status).toBe(400);
    });
  });

  describe('autocomplete data', () => {
    test('names every field, function and reserved word', async () => {
      const { body } = await cast.tracker.get('/jql/autocompletedata');
      const field = (value: string) => body.visibleFieldNames.find((one: any) => one.value === value);
      expect(field('status')).toEqual({
        value: 'status',
        displayName: 'status',
        auto: 'true',
        orderable: 'true',
        searchable: 'true',
        operators: [
          '=',
          '!=',
          'in',
          'not in',
          'is',
          'is not',
          'was',
          'was not',
          'was in',
          'was not in',
          'changed',
        ],
        types: ['com.atlassian.jira.issue.status.Status'],
      });
      expect(field('text')).toEqual({
        value: 'text',
        displayName: 'text',
        searchable: 'true',
        operators: ['~'],
        types: ['java.lang.String'],
      });
      const cfid = `cf[${cast.fieldIds.Team}]`;
      expect(field('Team')).toMatchObject({ cfid, displayName: `Team - ${cfid}`, auto: 'true' });
      for (const name of ['createdDate', 'issuekey', 'statusCategory', 'projectType'])
        expect(field(name)).toBeDefined();
      const calls = Object.fromEntries(body.visibleFunctionNames.map((one: any) => [one.value, one]));
      expect(calls['membersOf()']).toEqual({
        value: 'membersOf()',
        displayName: 'membersOf()',
        isList: 'true',
        types: ['com.atlassian.jira.user.ApplicationUser'],
      });
      expect(calls['startOfDay()']).not.toHaveProperty('isList');
      expect(body.jqlReservedWords).toEqual(expect.arrayContaining(['and', 'empty', 'select', 'was']));
      const posted = await post('autocompletedata', { projectIds: [10_000], includeCollapsedFields: true });
      expect(posted.body).toEqual(body);
    });

    test('every field that it names can be asked for with every operator that it names', async () => {
      const { body } = await cast.tracker.get('/jql/autocompletedata');
      for (const { value, operators, orderable } of body.visibleFieldNames) {
        for (const operator of operators) {
          const operand = operator === 'changed' ? '' : /in$/.test(operator) ? '(EMPTY)' : 'EMPTY';
          const { body: parsed } = await post('parse', { queries: [`${value} ${operator} ${operand}`] });
          const [error = ''] = parsed.queries[0].errors ?? [];
          expect(error).not.toMatch(/does not exist|operator '.*' is not supported|History/);
        }
        if (orderable) {
          const { body: sorted } = await post('parse', { queries: [`order by ${value}`] });
          expect(sorted.queries[0].errors).toBeUndefined();
        }
      }
    });
  });

  describe('suggestions', () => {
    let stranger: Account;

    beforeAll(async () => {
      stranger = await addAccount(cast.tracker.server, 'stranger');
    });

    const suggest = async (query: Record<string, string>, by: Account | null = world().fred) => {
      const { status, body } = await cast.tracker.get(
        `/jql/autocompletedata/suggestions?${new URLSearchParams(query)}`,
        by,
      );
      expect(status).toBe(200);
      return body.results.map(({ value, displayName }: any) => `${value} | ${displayName}`);
    };
    const of = (fieldName: string, fieldValue: string, by: Account | null = world().fred) =>
      suggest({ fieldName, fieldValue }, by);

    test('are values that begin like what was typed', async () => {
      expect(await of('status', 'in')).toEqual(['"In Progress" | <b>In</b> Progress']);
      expect(await of('STATUS', '"to')).toEqual(['"To Do" | <b>To</b> Do']);
      expect(await of('priority', 'low')).toEqual(['Low | <b>Low</b>', 'Lowest | <b>Low</b>est']);
      expect(await of('projectType', 's')).toEqual([
        'software | <b>s</b>oftware',
        'service_desk | <b>s</b>ervice_desk',
      ]);
      expect(await of('project', 'qa')).toEqual(['"Project QA" | Project <b>QA</b> (<b>QA</b>)']);
      expect(await of('Team', 'al')).toEqual(['Alpha | <b>Al</b>pha']);
      expect(await of(`cf[${cast.fieldIds.Team}]`, '')).toEqual(['Alpha | Alpha', 'Beta | Beta']);
      expect(await of('labels', 'B')).toEqual(['Blue | <b>B</b>lue']);
      expect(await of('assignee', 'fre')).toEqual([
        'fred | <b>Fre</b>d - <b>fre</b>d@example.com (<b>fre</b>d)',
      ]);
      expect(await suggest({ fieldName: 'status', predicateName: 'by', predicateValue: 'wil' })).toEqual([
        'wilma | <b>Wil</b>ma - <b>wil</b>ma@example.com (<b>wil</b>ma)',
      ]);
      expect(await suggest({ fieldName: 'status', predicateName: 'from', predicateValue: 'do' })).toEqual([
        'Done | <b>Do</b>ne',
      ]);
    });

    test('are none for what has no values to choose from, or is not there', async () => {
      for (const query of [
        { fieldName: 'summary', fieldValue: 'x' },
        { fieldName: 'bogus', fieldValue: 'x' },
        { fieldName: '__proto__', fieldValue: 'x' },
        {},
        { fieldName: 'labels', predicateName: 'from', predicateValue: 'r' },
        { fieldName: 'status', predicateName: 'after', predicateValue: '2' },
      ] as Record<string, string>[]) {
        expect(await suggest(query)).toEqual([]);
      }
      expect(await of('labels', '%')).toEqual([]);
    });

    test('Z4: nothing hidden is suggested', async () => {
      const label = 'zebrafinch';
      await cast.tracker.made({ labels: [label] });
      expect(await of('labels', 'zeb')).toEqual([`${label} | <b>zeb</b>rafinch`]);
      for (const who of [world().wilma, null]) {
        expect(await of('labels', 'zeb', who)).toEqual([]);
        expect(await of('project', '', who)).toEqual(['"Project PUB" | Project PUB (PUB)']);
      }
      for (const who of [stranger, null]) {
        expect(await of('assignee', 'f', who)).toEqual([]);
        expect(await suggest({ fieldName: 'status', predicateName: 'by', predicateValue: 'f' }, who)).toEqual(
          [],
        );
      }
    });
  });

  test('Cloud clients find them under v3', async () => {
    const url = cast.tracker.server.url;
    const { auth } = world().fred;
    for (const path of ['jql/autocompletedata', 'jql/autocompletedata/suggestions?fieldName=status']) {
      expect((await fetch(`${url}/rest/api/3/${path}`, { headers: auth })).status).toBe(200);
    }
  });
});
