import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

const prefix = 'com.atlassian.jira.plugin.system.customfieldtypes:';
const customTypes = [
  'textfield',
  'float',
  'datepicker',
  'datetime',
  'multiselect',
  'userpicker',
  'labels',
  'url',
];
const systemFields = [
  'project',
  'issuetype',
  'summary',
  'description',
  'environment',
  'priority',
  'assignee',
  'reporter',
  'labels',
  'duedate',
  'parent',
  'resolution',
  'comment',
  'status',
  'toString',
  'hasOwnProperty',
];

describe.each(engines)('whatever is sent for an issue on %s', (engine) => {
  const tracker = useTracker(engine);
  const custom: string[] = [];

  beforeAll(async () => {
    for (const type of customTypes) {
      const body = { name: type, type: prefix + type };
      custom.push((await tracker.call('POST', '/field', tracker.world.admin, body)).body.id);
    }
  });

  /** Values near to good ones, and any JSON. */
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
    fc.constantFrom<unknown>(
      { id: '10000' },
      { id: 1e300 },
      { id: -1 },
      { key: 'QA' },
      { key: 'QA-1' },
      { name: 'fred' },
      { name: '-1' },
      { name: 'Task' },
      { value: '' },
      ['a', 'a', 'A'],
      [null],
      [[]],
      '2024-02-30',
      '9999-12-31',
      '+275760-09-13T00:00:00.000+0000',
      5e-324,
      -0,
      1e14,
      '',
      'İ',
      '\u200b',
    ),
  );
  const verb = fc.constantFrom('set', 'add', 'remove', 'edit', 'constructor');
  const id = () => fc.constantFrom(...systemFields, ...custom);
  const body = () =>
    fc.record(
      {
        fields: fc.oneof(fc.dictionary(id(), value, { maxKeys: 6 }), value),
        update: fc.oneof(
          fc.dictionary(id(), fc.array(fc.dictionary(verb, value, { maxKeys: 2 }), { maxLength: 3 }), {
            maxKeys: 4,
          }),
          value,
        ),
        properties: fc.array(fc.record({ key: fc.string(), value }, { requiredKeys: [] }), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    );

  const targets = [
    'POST /issue',
    'PUT /issue/QA-1',
    'PUT /issue/QA-1/assignee',
    'POST /issue/QA-1/comment',
    'POST /issue/QA-1/transitions',
  ];

  test('no body makes the server fail, and none leaves the issue unreadable', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), body(), fc.boolean(), async (target, sent, sound) => {
        const [method, path] = target.split(' ') as [string, string];
        const base =
          sound && path === '/issue' && typeof sent.fields === 'object' && !Array.isArray(sent.fields);
        const whole = base
          ? {
              ...sent,
              fields: {
                project: { key: 'QA' },
                issuetype: { name: 'Task' },
                summary: 'x',
                ...(sent.fields as object),
              },
            }
          : sent;
        const reply = await tracker.call(method, path, tracker.world.fred, whole);
        expect(reply.status, `${target} ${JSON.stringify(whole)}\n${reply.text}`).toBeLessThan(500);
        if (reply.status === 201 && path === '/issue') {
          expect((await tracker.get(`/issue/${reply.body.key}?expand=renderedFields,changelog`)).status).toBe(
            200,
          );
        }
      }),
      { numRuns: 400 },
    );
    expect((await tracker.get('/issue/QA-1?expand=renderedFields,changelog,editmeta')).status).toBe(200);
  });

  test('no address makes the server fail', async () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text.isWellFormed()),
      fc.constantFrom('QA-1', '10000', 'QA-99999999999999999', '..', '-', '%', '0'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          '',
          '/comment/{}',
          '/properties/{}',
          '/transitions?transitionId={}',
          '?fields={}',
          '?expand={}',
        ),
        part,
        part,
        async (path, issue, word) => {
          const [one, two] = [issue, word].map(encodeURIComponent) as [string, string];
          const reply = await tracker.get(`/issue/${one}${path.replace('{}', two)}`);
          expect(reply.status, `${issue} ${path} ${word}\n${reply.text}`).toBeLessThan(500);
        },
      ),
      { numRuns: 400 },
    );
  });
});
