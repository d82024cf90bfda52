import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useCast } from './cast.ts';

const noField = (name: string) => `Field '${name}' does not exist or you do not have permission to view it.`;
const formats = `Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`;

describe.each(engines)('refused queries on %s', (engine) => {
  const cast = useCast(engine);

  test.each([
    ['bogus = 1', noField('bogus')],
    ['Bogus.Field = 1', noField('Bogus.Field')],
    ['__proto__ = 1', noField('__proto__')],
    ['constructor is empty', noField('constructor')],
    ['cf[1] = 1', noField('cf[1]')],
    ['customfield_1 = 1', noField('customfield_1')],
    ['issue.property[a].b = 1', noField('issue.property[a].b')],
    ['text = x', "The operator '=' is not supported by the 'text' field."],
    ['text !~ x', "The operator '!~' is not supported by the 'text' field."],
    ['Status ~ x', "The operator '~' is not supported by the 'Status' field."],
    ['summary = x', "The operator '=' is not supported by the 'summary' field."],
    ['assignee > fred', "The operator '>' is not supported by the 'assignee' field."],
    ['labels < x', "The operator '<' is not supported by the 'labels' field."],
    ['comment is empty', "The operator 'is' is not supported by the 'comment' field."],
    ['project = NOPE', "The value 'NOPE' does not exist for the field 'project'."],
    ['project = 1', "A value with ID '1' does not exist for the field 'project'."],
    ['project = "1"', "The value '1' does not exist for the field 'project'."],
    ['type = "No such type"', "The value 'No such type' does not exist for the field 'type'."],
    ['status in (Open, Blocked)', "The value 'Blocked' does not exist for the field 'status'."],
    ['priority > nothing', "The value 'nothing' does not exist for the field 'priority'."],
    ['Team = Gamma', "The option 'Gamma' for field 'Team' does not exist."],
    ['assignee = nobody', "The value 'nobody' does not exist for the field 'assignee'."],
    ['key = QA-999', "An issue with key 'QA-999' does not exist for field 'key'."],
    ['key = NOPE-1', "An issue with key 'NOPE-1' does not exist for field 'key'."],
    ['key = "0.0"', "The issue key '0.0' for field 'key' is invalid."],
    ['issue = 1', "A value with ID '1' does not exist for the field 'issue'."],
    ['parent = QA-999', "An issue with key 'QA-999' does not exist for field 'parent'."],
    ['created > yesterday', `Date value 'yesterday' for field 'created' is invalid. ${formats}`],
    ['due = 2024-02-30', `Date value '2024-02-30' for field 'due' is invalid. ${formats}`],
    ['Points = many', "The value 'many' for field 'Points' is not a number."],
    ['Points = ""', "The value '' for field 'Points' is not a number."],
    ['summary ~ ""', "The field 'summary' does not support searching for an empty string."],
    [
      'summary ~ "*login"',
      "The text query '*login' for field 'summary' is not allowed to start with character '*'.",
    ],
    [
      'text ~ "te?t"',
      "Unable to parse the text 'te?t' for field 'text'. Wildcards can stand at the end of a word only.",
    ],
    ['assignee = nope()', "Unable to find JQL function 'nope()'."],
    [
      'assignee in nope(a, "b c")',
      "Operator 'in' does not support the non-list value 'nope(a, b c)' for field 'assignee'.",
    ],
    ['assignee in (nope(a, "b c"))', "Unable to find JQL function 'nope(a, b c)'."],
    ['created > nope()', "Unable to find JQL function 'nope()'."],
    ['created > now(-1d)', "Function 'now' expected '0' arguments but received '1'."],
    [
      'created > startOfDay(1, 2)',
      "Function 'startOfDay' expected between '0' and '1' arguments but received '2'.",
    ],
    [
      'created > startOfDay("1q")',
      "The argument '1q' of function 'startOfDay' is invalid. The format is '(+/-)nn(y|M|w|d|h|m)', e.g. '-1d', '+2w'.",
    ],
    [
      'status = currentUser()',
      "A value provided by the function 'currentUser' is invalid for the field 'status'.",
    ],
    ['assignee = now()', "A value provided by the function 'now' is invalid for the field 'assignee'."],
    [
      'created > currentUser()',
      "A value provided by the function 'currentUser' is invalid for the field 'created'.",
    ],
    [
      'summary ~ currentUser()',
      "A value provided by the function 'currentUser' is invalid for the field 'summary'.",
    ],
    ['key > now()', "A value provided by the function 'now' is invalid for the field 'key'."],
    ['priority > now()', "A value provided by the function 'now' is invalid for the field 'priority'."],
    [
      'assignee in membersOf(nosuch)',
      "Function 'membersOf' can not generate a list of usernames for group 'nosuch'; the group does not exist.",
    ],
    ['assignee in membersOf()', "Function 'membersOf' expected '1' arguments but received '0'."],
    [
      'assignee = membersOf(x)',
      "Operator '=' does not support the list value 'membersOf(x)' for field 'assignee'.",
    ],
    ['status in Open', `Operator 'in' does not support the non-list value '"Open"' for field 'status'.`],
    ['status not in 5', "Operator 'not in' does not support the non-list value '5' for field 'status'."],
    [
      'status = (Open, Done)',
      `Operator '=' does not support the list value '("Open", "Done")' for field 'status'.`,
    ],
    ['status is Open', "Operator 'is' does not support searching for non-empty values for field 'status'."],
    ['created > EMPTY', "Operator '>' does not support searching for empty values for field 'created'."],
    ['order by bogus', "Not able to sort using field 'bogus'."],
    ['order by text', "Not able to sort using field 'text'."],
    [
      'order by created, createdDate',
      "The sort field 'createdDate' is referenced multiple times in the JQL sort.",
    ],
    [
      'project foo',
      "Error in the JQL Query: Expecting operator but got 'foo'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'. (line 1, character 9)",
    ],
  ])('%s', async (jql, message) => {
    expect(await cast.refused(jql)).toEqual([message]);
  });

  test('everything that is wrong is told, each once', async () => {
    expect(
      await cast.refused('bogus = 1 and (project = NOPE or not status = Nope) and bogus = 2 order by bogus'),
    ).toEqual([
      noField('bogus'),
      "The value 'NOPE' does not exist for the field 'project'.",
      "The value 'Nope' does not exist for the field 'status'.",
      "Not able to sort using field 'bogus'.",
    ]);
  });

  test.each(['false', 'none', 'warn', false, 'False'])(
    'validateQuery %j turns errors into warnings, and what is wrong matches nothing',
    async (validateQuery) => {
      const { search, keys } = cast;
      const ask = async (jql: string) => {
        const { status, body } = await search({ jql, validateQuery, fields: 'summary' });
        return [status, body.issues?.map(({ key }: any) => key).sort(), body.warningMessages];
      };
      const gone = "An issue with key 'QA-999' does not exist for field 'key'.";
      expect(await ask('key in (QA-1, QA-999)')).toEqual([200, ['QA-1'], [gone]]);
      expect(await ask('key = QA-999')).toEqual([200, [], [gone]]);
      expect(await ask(`bogus = 1 or key = ${keys.a}`)).toEqual([200, [keys.a], [noField('bogus')]]);
      expect(await ask('not bogus = 1')).toEqual([200, [], [noField('bogus')]]);
      expect(await ask('key = QA-1')).toEqual([200, ['QA-1'], undefined]);
      expect((await search({ jql: 'key =', validateQuery })).status).toBe(400);
    },
  );
});
