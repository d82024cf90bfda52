import { beforeAll } from 'vitest';
import { type Tracker, useTracker } from '../issues/tracker.ts';
import type { Reply } from '../support/client.ts';
import type { EngineName } from '../support/databases.ts';
import type { Account } from '../support/world.ts';

const dayMs = 86_400_000;
const types = 'com.atlassian.jira.plugin.system.customfieldtypes:';

/** Issues that differ in everything a query can ask for. Each goes by one letter. */
export interface Cast {
  readonly tracker: Tracker;
  /** Custom fields by their names. */
  readonly fieldIds: Readonly<Record<string, number>>;
  readonly keys: Readonly<Record<string, string>>;
  search(body: Record<string, unknown>, by?: Account | null): Promise<Reply>;
  /** Letters of the issues found, in the order of the answer when the query has one, else in the alphabet's. */
  found(jql: string, by?: Account | null): Promise<string>;
  /** What the refusal says. */
  refused(jql: string, by?: Account | null): Promise<string[]>;
}

/** Wednesday noon, the issues being made on that day and the two after it. */
export function useCast(engine: EngineName): Cast {
  const tracker = useTracker(engine);
  const keys: Record<string, string> = { p: 'QA-1', q: 'QA-2', k: 'PUB-1' };
  const fieldIds: Record<string, number> = {};

  beforeAll(async () => {
    const { clock } = tracker.server;
    const { admin, fred } = tracker.world;
    const must = async (method: string, path: string, by: Account, body?: unknown) => {
      const reply = await tracker.call(method, path, by, body);
      if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
      return reply.body;
    };
    const noon = Math.ceil(clock.now() / dayMs) * dayMs + dayMs / 2;
    // A week further at least: what stood before lies out of sight of every relative date.
    const untilWednesday = 7 + ((3 - new Date(noon).getUTCDay() + 7) % 7);
    clock.advance(noon + untilWednesday * dayMs - clock.now());

    for (const [name, type, searcher] of [
      ['Points', 'float'],
      ['Team', 'select'],
      ['Skills', 'multiselect'],
      ['Notes', 'textarea'],
      ['Start', 'datepicker'],
      ['Seen', 'datetime'],
      ['Owner', 'userpicker'],
      ['Tags', 'labels'],
      ['Link', 'url'],
      ['Code', 'textfield', 'exacttextsearcher'],
    ] as const) {
      const searcherKey = searcher === undefined ? {} : { searcherKey: types + searcher };
      const { id } = await must('POST', '/field', admin, { name, type: types + type, ...searcherKey });
      fieldIds[name] = Number(id.replace('customfield_', ''));
    }
    for (const [name, values] of [
      ['Team', ['Alpha', 'Beta']],
      ['Skills', ['SQL', 'CSS']],
    ] as const) {
      const id = fieldIds[name];
      const options = values.map((value) => ({ value }));
      await must('POST', `/field/customfield_${id}/context/${id}/option`, admin, { options });
    }
    const custom = (values: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`customfield_${fieldIds[name]}`, value]),
      );
    const day = (offset: number) => new Date(clock.now() + offset * dayMs).toISOString().slice(0, 10);
    const make = async (letter: string, fields: Record<string, unknown>, by = fred) => {
      const reply = await tracker.create({ summary: `Issue ${letter}`, ...fields }, by);
      if (reply.status !== 201) throw new Error(`creating ${letter}: ${reply.status} ${reply.text}`);
      keys[letter] = reply.body.key;
    };

    await make('a', {
      summary: 'Login fails on Monday',
      issuetype: { name: 'Bug' },
      priority: { name: 'Highest' },
      assignee: { name: 'fred' },
      labels: ['red', 'Blue'],
      description: 'Running the login test, "QA-31" fails in notes.txt',
      duedate: day(-2),
      ...custom({
        Points: 3,
        Team: { value: 'Alpha' },
        Skills: [{ value: 'SQL' }, { value: 'CSS' }],
        Notes: 'Remember the milk',
        Start: day(0),
        Owner: { name: 'admin' },
        Tags: ['x'],
        Link: 'https://example.com/a?b=c',
        Code: 'Exactly this',
      }),
    });
    clock.advance(dayMs);
    await make('b', {
      summary: 'A login page',
      issuetype: { name: 'Story' },
      priority: { name: 'Low' },
      environment: 'Linux 6',
      duedate: day(3),
      ...custom({
        Points: 1.5,
        Team: { value: 'Beta' },
        Skills: [{ value: 'SQL' }],
        Start: day(5),
        Tags: ['x', 'y'],
      }),
    });
    clock.advance(dayMs);
    await make('c', {
      issuetype: { name: 'Sub-task' },
      parent: { key: keys.a },
      labels: ['red'],
      reporter: { name: 'admin' },
      assignee: { name: 'admin' },
      ...custom({ Seen: new Date(clock.now()).toISOString().replace('Z', '+0000') }),
    });
    await make('d', { summary: 'Größe und Maß', assignee: { name: 'admin' } });
    const { transitions } = await must('GET', `/issue/${keys.d}/transitions`, fred);
    const done = transitions.find((one: any) => one.to.name === 'Done');
    await must('POST', `/issue/${keys.d}/transitions`, fred, { transition: { id: done.id } });

    const say = (letter: string, body: unknown, by = fred) =>
      must('POST', `/issue/${keys[letter]}/comment`, by, body);
    await say('b', { body: 'The needle is here' });
    await say('c', { body: 'Hidden haystack', visibility: { type: 'role', value: 'Administrators' } }, admin);
    await say(
      'd',
      { body: 'Grouped needle', visibility: { type: 'group', value: 'jira-administrators' } },
      admin,
    );
  });

  const cast: Cast = {
    tracker,
    fieldIds,
    keys,
    search: (body, by = tracker.world.fred) => tracker.call('POST', '/search', by, body),
    async found(jql, by = tracker.world.fred) {
      const reply = await cast.search({ jql, fields: ['summary'], maxResults: 100 }, by);
      if (reply.status !== 200) throw new Error(`${jql}: ${reply.status} ${reply.text}`);
      const letters = new Map(Object.entries(keys).map(([letter, key]) => [key, letter]));
      const found = reply.body.issues.map(({ key }: any) => letters.get(key) ?? `(${key})`);
      if (reply.body.total !== found.length)
        throw new Error(`${jql}: total ${reply.body.total}, found ${found}`);
      return (/order by/i.test(jql) ? found : found.sort()).join('');
    },
    async refused(jql, by = tracker.world.fred) {
      const reply = await cast.search({ jql }, by);
      if (reply.status !== 400) throw new Error(`${jql}: ${reply.status} ${reply.text}`);
      return reply.body.errorMessages;
    },
  };
  return cast;
}
