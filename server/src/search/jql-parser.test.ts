import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JqlClause, JqlOperand, JqlQuery, JqlTerm } from './jql-ast.ts';
import { JqlSyntaxError } from './jql-error.ts';
import { jqlMaxDepth, jqlMostItems, parseJql } from './jql-parser.ts';
import { jqlKeywords } from './jql-words.ts';

const operators = "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'";
const escapes = `\\', \\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX`;

/** A tree in one line, positions left out. */
function sketch(clause: JqlClause | null): string {
  if (clause === null) return '';
  if (clause.kind === 'not') return `not ${sketch(clause.clause)}`;
  if (clause.kind === 'term') return sketchTerm(clause);
  return `(${clause.clauses.map(sketch).join(` ${clause.kind} `)})`;
}

function sketchTerm({ field, operator, operand, predicates }: JqlTerm): string {
  const property = field.property ? `[${field.property.key}|${field.property.path}]` : '';
  const parts = [`${field.name}${property}`, operator, operand && sketchOperand(operand)];
  for (const predicate of predicates) parts.push(predicate.name, sketchOperand(predicate.operand));
  return `<${parts.filter((part) => part !== null).join(' ')}>`;
}

function sketchOperand(operand: JqlOperand): string {
  if (operand.kind === 'empty') return 'EMPTY';
  if (operand.kind === 'value') return operand.quoted ? JSON.stringify(operand.value) : operand.value;
  if (operand.kind === 'list') return `[${operand.items.map(sketchOperand).join(', ')}]`;
  return `${operand.name}(${operand.args.map((arg) => JSON.stringify(arg)).join(', ')})`;
}

function refusal(jql: string): string {
  try {
    parseJql(jql);
  } catch (error) {
    if (error instanceof JqlSyntaxError) return error.messages.join('\n');
    throw error;
  }
  throw new Error(`parsed: ${jql}`);
}

describe('conditions', () => {
  test.each([
    ['', ''],
    ['  \n ', ''],
    ['project = QA', '<project = QA>'],
    ['project=QA', '<project = QA>'],
    ['summary~login', '<summary ~ login>'],
    ['a != 1 and b <= 2 AND c >= 3', '(<a != 1> and <b <= 2> and <c >= 3>)'],
    ['a < 1 && b > 2 & c !~ d', '(<a < 1> and <b > 2> and <c !~ d>)'],
    ['a = 1 || b = 2 | c = 3', '(<a = 1> or <b = 2> or <c = 3>)'],
    ['a = 1 or b = 2 and c = 3', '(<a = 1> or (<b = 2> and <c = 3>))'],
    ['(a = 1 or b = 2) and c = 3', '((<a = 1> or <b = 2>) and <c = 3>)'],
    ['not a = 1 and !b = 2', '(not <a = 1> and not <b = 2>)'],
    ['NOT(a = 1 or not not b = 2)', 'not (<a = 1> or not not <b = 2>)'],
    ['((a = 1))', '<a = 1>'],
    ['status in (Open, "In Progress", f(), EMPTY)', '<status in [Open, "In Progress", f(), EMPTY]>'],
    ['status Not In (1,(2,3))', '<status not in [1, [2, 3]]>'],
    ['a is empty', '<a is EMPTY>'],
    ['a IS NOT null', '<a is not EMPTY>'],
    ['a = EMPTY', '<a = EMPTY>'],
    ['a is b', '<a is b>'],
    ['assignee = currentUser()', '<assignee = currentUser()>'],
    [`created > startOfDay("-1d")`, '<created > startOfDay("-1d")>'],
    [`a in membersOf( jira-users , 'b c')`, '<a in membersOf("jira-users", "b c")>'],
    ['a in "issueHistory"()', '<a in issueHistory()>'],
    ['created >= -1w', '<created >= -1w>'],
    ['created >= "-4w 2d"', '<created >= "-4w 2d">'],
    ['a = 1.5 or 5 = -', '(<a = 1.5> or <5 = ->)'],
    ['fixVersion = 3.14', '<fixVersion = 3.14>'],
    [`"Story Points" = 'x "y"'`, `<Story Points = "x \\"y\\"">`],
    ['cf[10001] = 3', '<cf[10001] = 3>'],
    ['CF [ 10001 ] is empty', '<cf[10001] is EMPTY>'],
    ['issue.property[a].b.c = 3', '<issue.property[a|b.c] = 3>'],
    ['issue.property["a.b"] = 3', '<issue.property[a.b|] = 3>'],
    ['a was b', '<a was b>'],
    ['a was not in (b, c) by d', '<a was not in [b, c] by d>'],
    ['a was in f()', '<a was in f()>'],
    ['a WAS NOT b ON "2020-01-01"', '<a was not b on "2020-01-01">'],
    ['a was b after c before d during (e, f)', '<a was b after c before d during [e, f]>'],
    ['a changed', '<a changed>'],
    ['a changed from b to c and d = e', '(<a changed from b to c> and <d = e>)'],
    ['日本 = 語', '<日本 = 語>'],
    ['a = x-y_z:1', '<a = x-y_z:1>'],
    ['a\n=\r\n b\tand\u00a0c = d', '(<a = b> and <c = d>)'],
    ['a = the or an = it', '(<a = the> or <an = it>)'],
    ['a in(b)order by c', '<a in [b]>'],
    [String.raw`a = "\"\'\\\t\n\r\ \u0041"`, `<a = ${JSON.stringify(`"'\\\t\n\r A`)}>`],
    [String.raw`a = b\ c\u0040d`, '<a = b c@d>'],
    [String.raw`a = \u0061nd`, '<a = and>'],
    ['a = ""', '<a = "">'],
    ['a = __proto__ and constructor = toString', '(<a = __proto__> and <constructor = toString>)'],
  ])('%s', (jql, tree) => {
    expect(sketch(parseJql(jql).where)).toBe(tree);
  });

  test('nodes say where they start', () => {
    expect(parseJql('a = b and\n not (c in (d))').where).toEqual({
      kind: 'and',
      at: 0,
      clauses: [
        {
          kind: 'term',
          at: 0,
          field: { name: 'a', customFieldId: null, property: null, at: 0 },
          operator: '=',
          operand: { kind: 'value', value: 'b', quoted: false, at: 4 },
          predicates: [],
        },
        {
          kind: 'not',
          at: 11,
          clause: {
            kind: 'term',
            at: 16,
            field: { name: 'c', customFieldId: null, property: null, at: 16 },
            operator: 'in',
            operand: {
              kind: 'list',
              at: 21,
              items: [{ kind: 'value', value: 'd', quoted: false, at: 22 }],
            },
            predicates: [],
          },
        },
      ],
    });
  });
});

describe('ORDER BY', () => {
  test.each([
    ['order by a', [['a', null]]],
    ['a = b ORDER BY c desc', [['c', 'desc']]],
    [
      'a = b Order By c ASC, "d e", cf[10] DESC',
      [
        ['c', 'asc'],
        ['d e', null],
        ['cf[10]', 'desc'],
      ],
    ],
  ])('%s', (jql, sorts) => {
    expect(parseJql(jql).orderBy.map(({ field, direction }) => [field.name, direction])).toEqual(sorts);
  });
});

const surround = (text: string, use: string) =>
  `You must surround '${text}' in quotation marks to use it as a ${use}.`;

describe('refusals', () => {
  test.each([
    ['a', `Expecting operator before the end of the query. The valid operators are ${operators}.`],
    [
      'project foo',
      `Expecting operator but got 'foo'. The valid operators are ${operators}. (line 1, character 9)`,
    ],
    [
      'updatedDate&gt;=1',
      `Expecting operator but got '&'. The valid operators are ${operators}. (line 1, character 12)`,
    ],
    [
      'a !in (b)',
      `Expecting operator but got '!'. The valid operators are ${operators}. (line 1, character 3)`,
    ],
    ['a not b', "Expecting 'IN' but got 'b'. (line 1, character 7)"],
    ['a not', "Expecting 'IN' before the end of the query."],
    ['= b', `Expecting a field name but got '='. ${surround('=', 'field name')} (line 1, character 1)`],
    [
      'a = b and and c = d',
      `Expecting a field name but got 'and'. ${surround('and', 'field name')} (line 1, character 11)`,
    ],
    ['project = QA AND', 'Expecting a field name at the end of the query.'],
    ['not', 'Expecting a field name at the end of the query.'],
    ['"" = b', 'A field name cannot be empty. (line 1, character 1)'],
    ['a = " "()', 'A function name cannot be empty. (line 1, character 5)'],
    ['a = b c', "Expecting either 'OR' or 'AND' but got 'c'. (line 1, character 7)"],
    ['a = b "c d"', "Expecting either 'OR' or 'AND' but got 'c d'. (line 1, character 7)"],
    ['a = b)', "Expecting either 'OR' or 'AND' but got ')'. (line 1, character 6)"],
    ['a = b, c', "Expecting either 'OR' or 'AND' but got ','. (line 1, character 6)"],
    ['a = -4w 2d', "Expecting either 'OR' or 'AND' but got '2d'. (line 1, character 9)"],
    ['a was b 1', "Expecting either 'OR' or 'AND' but got '1'. (line 1, character 9)"],
    ['(a = b', "Expecting ')' before the end of the query."],
    ['(a = b ORDER BY c)', "Expecting ')' but got 'ORDER'. (line 1, character 8)"],
    ['()', `Expecting a field name but got ')'. ${surround(')', 'field name')} (line 1, character 2)`],
    ['a in (b', "Expecting ')' before the end of the query."],
    ['a in (b c)', "Expecting ')' but got 'c'. (line 1, character 9)"],
    ['a = f(', "Expecting ')' before the end of the query."],
    ['a = f(,)', "Expecting ')' but got ','. (line 1, character 7)"],
    [
      'a = f(b,)',
      `Expecting a function argument but got ')'. ${surround(')', 'value')} (line 1, character 9)`,
    ],
    ['a = f(b,', 'Expecting a function argument before the end of the query.'],
    ['a = f(g(x))', "Expecting ')' but got '('. (line 1, character 8)"],
    ['cf = 3', "Expecting '[' but got '='. (line 1, character 4)"],
    ['cf[1 = 3', "Expecting ']' but got '='. (line 1, character 6)"],
    [
      'cf[x] = 3',
      "Expecting a custom field id enclosed by '[ ]' after 'cf' but got 'x'. Example: 'cf[10021]'. (line 1, character 4)",
    ],
    ['a[=] = 3', `Expecting a property id but got '='. ${surround('=', 'value')} (line 1, character 3)`],
    ['a = b order', "Expecting 'by' before the end of the query."],
    ['a = b order c', "Expecting 'by' but got 'c'. (line 1, character 13)"],
    ['order by', 'Expecting a field name at the end of the query.'],
    [
      'order by asc',
      `Expecting a field name but got 'asc'. ${surround('asc', 'field name')} (line 1, character 10)`,
    ],
    ['order by a b', "Expecting either 'ASC' or 'DESC' but got 'b'. (line 1, character 12)"],
    ['order by a desc b', "Expecting ',' but got 'b'. (line 1, character 17)"],
    [
      'project=SET',
      "'SET' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 1, character 9)",
    ],
    [
      'a = b\nand limit = 3',
      "'limit' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 2, character 5)",
    ],
    [
      'assignee = fred@example.com',
      "The character '@' is a reserved JQL character. You must enclose it in a string or use the escape '\\u0040' instead. (line 1, character 16)",
    ],
    [
      'a = %',
      "The character '%' is a reserved JQL character. You must enclose it in a string or use the escape '\\u0025' instead. (line 1, character 5)",
    ],
    [
      'a = b\0',
      "The character '\0' must be escaped. Use the escape '\\u0000' instead. (line 1, character 6)",
    ],
    [
      'a = "\x01"',
      "The character '\x01' must be escaped. Use the escape '\\u0001' instead. (line 1, character 6)",
    ],
    ['summary ~ "unclosed', "The quoted string 'unclosed' has not been completed. (line 1, character 11)"],
    [`a = 'b"`, `The quoted string 'b"' has not been completed. (line 1, character 5)`],
    ['a = "', 'The quoted string has not been completed. (line 1, character 5)'],
    [
      String.raw`a = "b\gc"`,
      String.raw`'\g' is an illegal JQL escape sequence. The valid escape sequences are ${escapes}. (line 1, character 7)`,
    ],
    [
      String.raw`a = \u00zz`,
      String.raw`'\u00zz' is an illegal JQL escape sequence. The valid escape sequences are ${escapes}. (line 1, character 5)`,
    ],
    [
      String.raw`a = "\u0000"`,
      String.raw`'\u0000' is an illegal JQL escape sequence. The valid escape sequences are ${escapes}. (line 1, character 6)`,
    ],
    [
      'a = \\',
      `The escape sequence has not been completed. The valid escape sequences are ${escapes}. (line 1, character 5)`,
    ],
  ])('%s', (jql, message) => {
    expect(refusal(jql)).toBe(`Error in the JQL Query: ${message}`);
  });

  test.each([
    ['a =', 'Expecting either a value, list or function before the end of the query.'],
    ['a in', 'Expecting either a value, list or function before the end of the query.'],
    [
      'project = CF',
      `Expecting either a value, list or function but got 'CF'. ${surround('CF', 'value')} (line 1, character 11)`,
    ],
    [
      'status in ()',
      `Expecting either a value, list or function but got ')'. ${surround(')', 'value')} (line 1, character 12)`,
    ],
    [
      'a == b',
      `Expecting either a value, list or function but got '='. ${surround('=', 'value')} (line 1, character 4)`,
    ],
  ])('%s', (jql, message) => {
    expect(refusal(jql)).toBe(`Error in JQL Query: ${message}`);
  });

  test('a keyword is no value', () => {
    const usable = ['EMPTY', 'NULL'];
    for (const keyword of jqlKeywords.filter((word) => !usable.includes(word))) {
      expect(refusal(`a = ${keyword}`)).toContain(`but got '${keyword}'`);
    }
  });
});

describe('size', () => {
  test.each([2_000, 20_000])('%d clauses joined by AND and OR', (count) => {
    const query = parseJql(
      Array.from({ length: count }, (_, index) => `a = ${index} ${index % 2 ? 'and' : 'or'} `).join('') +
        'b = c',
    );
    expect(query.where).toMatchObject({ kind: 'or' });
  });

  test('H16: a list holds a thousand values', () => {
    const list = (count: number) => `a in (${Array.from({ length: count }, (_, index) => index).join()})`;
    expect((parseJql(list(jqlMostItems)).where as JqlTerm).operand).toMatchObject({
      items: { length: jqlMostItems },
    });
    expect(refusal(list(jqlMostItems + 1))).toContain('A list may hold 1000 values at most.');
  });

  const nested = (depth: number, open: string, close: string) =>
    `${open.repeat(depth)}a = b${close.repeat(depth)}`;

  test.each([
    ['(', ')'],
    ['not ', ''],
    ['!', ''],
    ['!(', ')'],
  ])('nesting of %j%j is bounded', (open, close) => {
    const levels = jqlMaxDepth / open.trim().replace('not', '!').length;
    expect(sketch(parseJql(nested(levels, open, close)).where)).toContain('<a = b>');
    for (const depth of [levels + 1, 100_000]) {
      expect(refusal(nested(depth, open, close))).toMatch(
        /^Error in the JQL Query: The query is nested too deeply\. .*50 levels deep\. \(line 1, character \d+\)$/,
      );
    }
  });

  test('nesting of lists is bounded', () => {
    expect(refusal(`a in ${'('.repeat(100_000)}`)).toContain('nested too deeply');
  });

  test.each([
    ['one word', `a = ${'x'.repeat(1_000_000)}`],
    ['one string', `a = "${'x y'.repeat(300_000)}"`],
    ['escapes', `a = "${'\\n'.repeat(300_000)}"`],
    ['blanks', `a = ${' '.repeat(1_000_000)}b`],
    ['lines', `a = b ${'\n'.repeat(1_000_000)}`],
  ])('a megabyte of %s', (_name, jql) => {
    expect(parseJql(jql).where).toMatchObject({ kind: 'term' });
  });

  test('an error at the end of a million lines', () => {
    expect(refusal(`a = b ${'\n'.repeat(1_000_000)} c`)).toContain('(line 1000001, character 2)');
  });
});

/** Writes a tree as JQL; the inverse of the parser. */
function write({ where, orderBy }: JqlQuery): string {
  const sorts = orderBy.map(({ field, direction }) => `${writeField(field)} ${direction ?? ''}`);
  return `${where ? writeClause(where, 'or') : ''} ${sorts.length ? `order by ${sorts.join(', ')}` : ''}`;
}

const quote = (text: string) =>
  `"${text.replace(/["\\]|[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

function writeField(field: JqlTerm['field']): string {
  if (field.customFieldId !== null) return field.name;
  if (!field.property) return quote(field.name);
  return `${quote(field.name)}[${quote(field.property.key)}]${field.property.path && ` .${field.property.path}`}`;
}

function writeOperand(operand: JqlOperand): string {
  if (operand.kind === 'empty') return 'empty';
  if (operand.kind === 'list') return `(${operand.items.map(writeOperand).join(',')})`;
  if (operand.kind === 'value') return operand.quoted ? quote(operand.value) : operand.value;
  return `${quote(operand.name)}(${operand.args.map(quote).join(' , ')})`;
}

function writeClause(clause: JqlClause, within: 'or' | 'and' | 'not'): string {
  if (clause.kind === 'not') return `not ${writeClause(clause.clause, 'not')}`;
  if (clause.kind !== 'term') {
    const joined = clause.clauses.map((part) => writeClause(part, part.kind === 'or' ? 'not' : clause.kind));
    const text = joined.join(` ${clause.kind === 'and' ? '&&' : 'OR'} `);
    return within === 'or' || (within === 'and' && clause.kind === 'and') ? text : `(${text})`;
  }
  const predicates = clause.predicates.map(({ name, operand }) => `${name} ${writeOperand(operand)}`);
  const operand = clause.operand ? writeOperand(clause.operand) : '';
  return `${writeField(clause.field)} ${clause.operator} ${operand} ${predicates.join(' ')}`;
}

/** The same tree as the parser gives it: positions are not compared, a group within its like is kept apart. */
const withoutPositions = (query: JqlQuery): unknown =>
  JSON.parse(JSON.stringify(query, (key, value) => (key === 'at' ? undefined : value)));

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((some) => some.replaceAll('\0', '0'));
const name = text.filter((some) => some.trim() !== '');
const word = fc.stringMatching(/^[a-zA-Z0-9_.:-]{1,12}$/).map((some) => `x${some}`);
const at = 0;

const field = fc.oneof(
  name.map((some) => ({ name: some, customFieldId: null, property: null, at })),
  fc.nat().map((id) => ({ name: `cf[${id}]`, customFieldId: id, property: null, at })),
  fc
    .tuple(name, text, fc.oneof(fc.constant(''), word))
    .map(([some, key, path]) => ({ name: some, customFieldId: null, property: { key, path }, at })),
);

const { operand } = fc.letrec<{ operand: JqlOperand }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant('value'), value: text, quoted: fc.constant(true), at: fc.constant(at) }),
    fc.record({ kind: fc.constant('value'), value: word, quoted: fc.constant(false), at: fc.constant(at) }),
    fc.constant({ kind: 'empty', at }),
    fc.record({
      kind: fc.constant('function'),
      name,
      args: fc.array(text, { maxLength: 3 }),
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('list'),
      items: fc.array(tie('operand'), { minLength: 1, maxLength: 3 }),
      at: fc.constant(at),
    }),
  ) as fc.Arbitrary<JqlOperand>,
}));

const plainOperator = fc.constantFrom(
  '=',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '~',
  '!~',
  'in',
  'not in',
  'is',
  'is not',
);
const predicate = fc.record({
  name: fc.constantFrom('after', 'before', 'during', 'on', 'from', 'to', 'by'),
  operand,
  at: fc.constant(at),
});
const term = fc.oneof(
  fc.record({ field, operator: plainOperator, operand, predicates: fc.constant([]) }),
  fc.record({
    field,
    operator: fc.constantFrom('was', 'was not', 'was in', 'was not in'),
    operand,
    predicates: fc.array(predicate, { maxLength: 2 }),
  }),
  fc.record({
    field,
    operator: fc.constant('changed'),
    operand: fc.constant(null),
    predicates: fc.array(predicate, { maxLength: 2 }),
  }),
);

const { clause } = fc.letrec<{ clause: JqlClause }>((tie) => ({
  clause: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    term.map((some) => ({ kind: 'term', at, ...some })),
    fc.record({ kind: fc.constant('not'), clause: tie('clause'), at: fc.constant(at) }),
    fc.constantFrom('and', 'or').chain((kind) =>
      fc.record({
        kind: fc.constant(kind),
        // A group right within its like would be written without parentheses and read as one.
        clauses: fc.array(
          tie('clause').filter((part) => (part as JqlClause).kind !== kind),
          { minLength: 2, maxLength: 3 },
        ),
        at: fc.constant(at),
      }),
    ),
  ) as fc.Arbitrary<JqlClause>,
}));

const query = fc.record({
  where: fc.option(clause),
  orderBy: fc.array(fc.record({ field, direction: fc.constantFrom('asc', 'desc', null) }), { maxLength: 2 }),
}) as fc.Arbitrary<JqlQuery>;

const fragment = fc.oneof(
  fc.constantFrom(
    ...jqlKeywords,
    'select',
    '(',
    ')',
    '[',
    ']',
    ',',
    '=',
    '!',
    '~',
    '<',
    '>',
    '&',
    '|',
    '"',
    "'",
  ),
  fc.constantFrom(
    '\\',
    '\\u',
    '{',
    '@',
    '.',
    '-1w',
    '\0',
    '\n',
    'a',
    'status',
    'f(',
    'cf[1]',
    ' = b',
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

function parsesOrIsRefused(jql: string): void {
  try {
    parseJql(jql);
  } catch (error) {
    if (!(error instanceof JqlSyntaxError) || error.status !== 400 || error.messages.length !== 1)
      throw error;
  }
}

describe('10,000 of each', () => {
  test('well-formed queries parse to the tree they were written from', () => {
    fc.assert(
      fc.property(query, (tree) => {
        expect(withoutPositions(parseJql(write(tree)))).toEqual(withoutPositions(tree));
      }),
      { numRuns: 10_000 },
    );
  });

  test('any string is parsed or refused with a 400', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), parsesOrIsRefused), {
      numRuns: 10_000,
    });
  });

  test('any mixture of pieces of JQL is parsed or refused with a 400', () => {
    const mixture = fc.array(fragment, { maxLength: 25 }).map((pieces) => pieces.join(' '));
    fc.assert(fc.property(mixture, parsesOrIsRefused), { numRuns: 10_000 });
  });
});
