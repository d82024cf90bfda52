import { beforeAll, describe, expect, test } from 'vitest';
import { useTracker } from '../issues/tracker.ts';
import { engines } from '../support/databases.ts';

const prefix = 'com.atlassian.jira.plugin.system.customfieldtypes:';
const optionTypes = ['select', 'radiobuttons', 'multiselect', 'multicheckboxes'];
const types = [
  'textfield',
  'textarea',
  'float',
  'datepicker',
  'datetime',
  'userpicker',
  'labels',
  'url',
  ...optionTypes,
];

describe.each(engines)('custom fields on %s', (engine) => {
  const tracker = useTracker(engine);
  const ids = new Map<string, string>();
  const options = new Map<string, { id: string; value: string }[]>();
  const admin = (method: string, path: string, body?: unknown) =>
    tracker.call(method, path, tracker.world.admin, body);
  const contextOf = (id: string) => `/field/${id}/context/${id.split('_')[1]}/option`;

  beforeAll(async () => {
    for (const type of types) {
      const made = await admin('POST', '/field', { name: `The ${type}`, type: prefix + type });
      expect(made.status).toBe(201);
      ids.set(type, made.body.id);
      if (!optionTypes.includes(type)) continue;
      const reply = await admin('POST', contextOf(made.body.id), {
        options: [{ value: 'One' }, { value: 'Two' }, { value: 'Off', disabled: true }],
      });
      expect([reply.status, reply.body.options.length]).toEqual([200, 3]);
      options.set(type, reply.body.options);
    }
  });

  test('are listed with their schema and what JQL calls them', async () => {
    const fields = (await tracker.get('/field', null)).body;
    const id = ids.get('multiselect')!;
    expect(fields.find((field: { id: string }) => field.id === id)).toEqual({
      id,
      key: id,
      name: 'The multiselect',
      untranslatedName: 'The multiselect',
      description: '',
      custom: true,
      orderable: true,
      navigable: true,
      searchable: true,
      clauseNames: [`cf[${id.split('_')[1]}]`, 'The multiselect'],
      schema: {
        type: 'array',
        items: 'option',
        custom: `${prefix}multiselect`,
        customId: Number(id.split('_')[1]),
      },
    });
  });

  /** What is sent and what is read back. */
  const values = (type: string): [unknown, unknown] => {
    const option = (index: number) => {
      const { id, value } = options.get(type)![index]!;
      const self = `${tracker.server.url}/rest/api/2/customFieldOption/${id}`;
      return { self, id, value, disabled: false };
    };
    const fred = expect.objectContaining({ name: 'fred' });
    switch (type) {
      case 'float':
        return [-1.5, -1.5];
      case 'datepicker':
        return ['2024-02-29', '2024-02-29'];
      case 'datetime':
        return ['2011-10-19T10:29:29.908+1100', '2011-10-18T23:29:29.908+0000'];
      case 'userpicker':
        return [{ name: 'fred' }, fred];
      case 'labels':
        return [
          ['b', 'a'],
          ['b', 'a'],
        ];
      case 'url':
        return ['https://example.com/x?y#z', 'https://example.com/x?y#z'];
      case 'select':
        return [{ value: 'One' }, option(0)];
      case 'radiobuttons':
        return [{ id: option(1).id }, option(1)];
      case 'multiselect':
      case 'multicheckboxes':
        return [
          [{ value: 'Two' }, { id: option(0).id }],
          [option(1), option(0)],
        ];
      default:
        return ['Text & "text"', 'Text & "text"'];
    }
  };

  test.each(types)('%s is created, read, changed, recorded and cleared', async (type) => {
    const id = ids.get(type)!;
    const [sent, read] = values(type);
    const key = await tracker.made({ [id]: sent });
    expect((await tracker.fieldsOf(key))[id]).toEqual(read);
    const edit = (value: unknown) =>
      tracker.call('PUT', `/issue/${key}`, tracker.world.fred, { fields: { [id]: value } });
    expect((await edit(sent)).status).toBe(204);
    expect((await tracker.get(`/issue/${key}/changelog`)).body.total).toBe(0);
    expect((await edit(null)).status).toBe(204);
    expect((await tracker.fieldsOf(key))[id]).toBeNull();
    expect((await edit(sent)).status).toBe(204);
    expect((await tracker.fieldsOf(key))[id]).toEqual(read);
    const { values: changes } = (await tracker.get(`/issue/${key}/changelog`)).body;
    const items: Record<string, unknown>[] = changes.map((change: { items: unknown[] }) => change.items[0]);
    for (const item of items) {
      expect(item).toMatchObject({ field: `The ${type}`, fieldtype: 'custom', fieldId: id });
    }
    expect([items[0]!.toString, items[1]!.fromString]).toEqual([null, null]);
    expect(changes[0].items[0].fromString).toBe(changes[1].items[0].toString);
  });

  test.each([
    ['textfield', 1, 'Operation value must be a string'],
    [
      'textfield',
      'x'.repeat(256),
      'The entered text is too long. It exceeds the allowed limit of 255 characters.',
    ],
    [
      'textarea',
      'x'.repeat(32_768),
      'The entered text is too long. It exceeds the allowed limit of 32,767 characters.',
    ],
    ['float', '1', 'Operation value must be a number'],
    ['float', 1e15, "'1000000000000000' is too large. Value must be between -10^14 and 10^14."],
    ['datepicker', '2023-02-29', "Error parsing date string: '2023-02-29'"],
    ['datepicker', {}, 'Operation value must be a string'],
    ['datetime', '2023-02-29T00:00:00.000+0000', "Error parsing time: '2023-02-29T00:00:00.000+0000'"],
    ['datetime', 'yesterday', "Error parsing time: 'yesterday'"],
    ['userpicker', { name: 'nobody' }, "User 'nobody' does not exist."],
    ['userpicker', 'fred', 'data was not an object'],
    ['labels', 'x', 'data was not an array'],
    ['labels', ['a b'], "The label 'a b' contains spaces which is invalid."],
    ['url', 'not a url', "Not a valid URL: 'not a url'"],
    ['select', 'One', "Could not find valid 'id' or 'value' in the Parent Option object."],
    ['select', { value: 'Three' }, "Option value 'Three' is not valid"],
    ['select', { value: 'Off' }, "Option value 'Off' is not valid"],
    ['select', { id: 'x' }, "Option id 'x' is not valid"],
    ['multiselect', { value: 'One' }, 'data was not an array'],
    ['multiselect', [{ value: 'Three' }], "Option value 'Three' is not valid"],
    ['multicheckboxes', ['One'], "Could not find valid 'id' or 'value' in the Parent Option object."],
  ])('%s refuses %j', async (type, value, message) => {
    const reply = await tracker.create({ [ids.get(type)!]: value });
    expect([reply.status, reply.body.errors]).toEqual([400, { [ids.get(type)!]: message }]);
  });

  test("an option of another field is none of this one's", async () => {
    const [foreign] = options.get('radiobuttons')!;
    const reply = await tracker.create({ [ids.get('select')!]: { id: foreign!.id } });
    expect(reply.body.errors).toEqual({ [ids.get('select')!]: `Option id '${foreign!.id}' is not valid` });
  });

  test('lists take single values in and out', async () => {
    const key = await tracker.made();
    const many = ids.get('multiselect')!;
    const labels = ids.get('labels')!;
    const update = (operations: object) =>
      tracker.call('PUT', `/issue/${key}`, tracker.world.fred, { update: operations });
    await update({
      [many]: [{ add: { value: 'One' } }, { add: { value: 'Two' } }],
      [labels]: [{ add: 'a' }],
    });
    await update({ [many]: [{ remove: { value: 'One' } }], [labels]: [{ add: 'b' }, { remove: 'a' }] });
    const fields = await tracker.fieldsOf(key);
    expect(fields[many].map((option: { value: string }) => option.value)).toEqual(['Two']);
    expect(fields[labels]).toEqual(['b']);
  });

  test('are described by createmeta and editmeta with their options', async () => {
    const meta = await tracker.get('/issue/createmeta/QA/issuetypes/10002?maxResults=100');
    const described = new Map<string, any>(
      meta.body.values.map((field: { fieldId: string }) => [field.fieldId, field]),
    );
    expect(described.get(ids.get('select')!)).toMatchObject({
      required: false,
      operations: ['set'],
      schema: { type: 'option', custom: `${prefix}select` },
      allowedValues: [{ value: 'One' }, { value: 'Two' }],
    });
    const { fields } = (await tracker.get('/issue/QA-1/editmeta')).body;
    expect(Object.keys(fields)).toEqual(expect.arrayContaining([...ids.values()]));
  });

  test('every issue has each of them, null where nothing is set', async () => {
    const fields = await tracker.fieldsOf('QA-1');
    for (const id of ids.values()) expect(fields[id]).toBeNull();
    expect(await tracker.get(`/issue/QA-1?fields=${ids.get('float')}`)).toMatchObject({
      body: { fields: { [ids.get('float')!]: null } },
    });
  });

  describe('are configured by administrators', () => {
    test('nobody else', async () => {
      const id = ids.get('select')!;
      const context = contextOf(id);
      for (const [method, path, body] of [
        ['POST', '/field', { name: 'x', type: `${prefix}float` }],
        ['GET', `/field/${id}/context`],
        ['GET', context],
        ['POST', context, { options: [{ value: 'x' }] }],
        ['PUT', context, { options: [] }],
        ['DELETE', `${context}/1`],
      ] as const) {
        expect((await tracker.call(method, path, null, body)).status).toBe(401);
        expect((await tracker.call(method, path, tracker.world.fred, body)).status).toBe(403);
      }
    });

    test.each([
      [{}, ['name', 'type']],
      [{ name: ' ', type: 'x' }, ['name', 'type']],
      [{ name: 'x'.repeat(256), type: `${prefix}float` }, ['name']],
      [{ name: 'x', type: `${prefix}float`, searcherKey: `${prefix}textsearcher` }, ['searcherKey']],
      [{ name: 'x', type: `${prefix}float`, description: 1 }, ['description']],
      [{ name: 'x', type: `${prefix}float`, colour: 'red' }, ['colour']],
    ])('%j is refused', async (body, fields) => {
      const reply = await admin('POST', '/field', body);
      expect([reply.status, Object.keys(reply.body.errors)]).toEqual([400, fields]);
    });

    test('the one context of a field is global', async () => {
      const id = ids.get('select')!;
      expect((await admin('GET', `/field/${id}/context`)).body).toMatchObject({
        total: 1,
        isLast: true,
        values: [{ id: id.split('_')[1], isGlobalContext: true, isAnyIssueType: true }],
      });
    });

    test('options are read, added, renamed, disabled and removed', async () => {
      const id = (await admin('POST', '/field', { name: 'Options', type: `${prefix}select` })).body.id;
      const path = contextOf(id);
      const made = (await admin('POST', path, { options: [{ value: ' A ' }, { value: 'B' }] })).body.options;
      expect(made).toEqual([
        { id: expect.stringMatching(/^\d+$/), value: 'A', disabled: false },
        { id: expect.stringMatching(/^\d+$/), value: 'B', disabled: false },
      ]);
      expect((await admin('GET', path)).body).toMatchObject({ total: 2, isLast: true, values: made });
      expect((await tracker.get(`/customFieldOption/${made[0].id}`, null)).body).toMatchObject({
        value: 'A',
      });
      const key = await tracker.made({ [id]: { value: 'A' } });
      expect(
        (await admin('PUT', path, { options: [{ id: made[0].id, value: 'C', disabled: true }] })).status,
      ).toBe(200);
      expect((await tracker.fieldsOf(key))[id]).toMatchObject({ value: 'C', disabled: true });
      // What an issue has it may keep; nothing else takes a disabled option.
      const edit = (option: string) =>
        tracker.call('PUT', `/issue/${key}`, tracker.world.fred, { fields: { [id]: { value: option } } });
      expect((await edit('C')).status).toBe(204);
      expect((await admin('DELETE', `${path}/${made[0].id}`)).status).toBe(400);
      expect((await admin('DELETE', `${path}/${made[1].id}`)).status).toBe(204);
      expect((await edit('B')).status).toBe(400);
    });

    test('options are told apart by their values', async () => {
      const path = contextOf(ids.get('select')!);
      for (const values of [['one'], ['X', 'x'], [''], ['y'.repeat(256)]]) {
        const reply = await admin('POST', path, { options: values.map((value) => ({ value })) });
        expect(reply.status).toBe(400);
      }
      const [one, two] = options.get('select')!;
      expect((await admin('PUT', path, { options: [{ id: one!.id, value: 'Two' }] })).status).toBe(400);
      const swapped = [
        { id: one!.id, value: 'Two' },
        { id: two!.id, value: 'One' },
      ];
      expect((await admin('PUT', path, { options: swapped })).status).toBe(200);
      expect((await admin('PUT', path, { options: [{ id: 'x' }] })).status).toBe(404);
    });

    test('what has no options, or is no field, says so', async () => {
      expect((await admin('POST', contextOf(ids.get('float')!), { options: [{ value: 'x' }] })).status).toBe(
        400,
      );
      expect((await admin('GET', '/field/customfield_99999/context')).status).toBe(404);
      expect((await admin('GET', '/field/summary/context')).status).toBe(404);
      expect((await admin('GET', `/field/${ids.get('select')}/context/1/option`)).status).toBe(404);
    });

    test('each change is audited', async () => {
      const { db } = tracker.server.app.site;
      const events = await db.selectFrom('audit_events').select('event').distinct().execute();
      expect(events.map(({ event }) => event)).toEqual(
        expect.arrayContaining([
          'custom-field.created',
          'custom-field-option.created',
          'custom-field-option.changed',
          'custom-field-option.deleted',
        ]),
      );
    });
  });
});
