import { JastBuilder, RESERVED_WORDS } from '@atlaskit/jql-ast';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JqlClause, JqlField, JqlOperand, JqlQuery, JqlTerm } from '../../src/search/jql-ast.ts';
import { JqlSyntaxError } from '../../src/search/jql-error.ts';
import { termsOf } from '../../src/search/jql-lookups.ts';
import { parseJql } from '../../src/search/jql-parser.ts';
import { jqlText } from '../../src/search/jql-text.ts';

/**
 * Atlassian's own parser of JQL (the one of Jira Cloud's search bar) judges ours: both take a query or both refuse it,
 * and what they take is the same tree. Where ours differs on purpose, `exceptions` says why.
 */
const exceptions = {
  noName: 'Theirs takes a field or function whose name has no character. Nothing can be called so.',
  path: 'Theirs takes any words behind `[key]`. The documentation knows full stops and names, `[key].a.b`, once.',
  blank: 'Theirs takes what it can make nothing of for an empty query (`on`, `&&`).',
  escapes:
    'Theirs leaves escapes as they stand, all of them outside quotes and \\uXXXX within. Jira reads them.',
  operands:
    'Theirs refuses as bad grammar an operand that its operator cannot have, and FROM and TO after WAS. Jira names the ' +
    'operator, the operand and the field ("Operator \'in\' does not support the non-list value …"), so with us the grammar takes it.',
} as const;

type Tree = readonly unknown[];

const flat = (kind: string, parts: readonly Tree[]): Tree => [
  kind,
  ...parts.flatMap((part) => (part[0] === kind ? (part.slice(1) as Tree[]) : [part])),
];

const letters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

/** See exceptions.escapes. */
const read = ({ text }: { text: string }): string =>
  text
    .replace(/^(["'])(.*)\1$/s, '$2')
    .replace(/\\(?:u([0-9a-f]{4})|(.))/gis, (_, code?: string, letter = '') =>
      code === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
    );

/** Taken by theirs, refused by ours, on purpose. */
class Exception extends Error {}

const readName = (node: { text: string }): string => {
  const name = read(node);
  if (name.trim() === '') throw new Exception(exceptions.noName);
  return name.replace(/^cf\s*\[\s*(\d+)\s*\]$/i, 'cf[$1]');
};

const readProperty = (properties: any[]): Tree[] => {
  if (properties.length > 1 || properties.some(({ path = [] }) => path.length > 1))
    throw new Exception(exceptions.path);
  return properties.map(({ key, path = [] }) => {
    if (path.length === 1 && !/^\../.test(path[0].text)) throw new Exception(exceptions.path);
    return [read(key), path.length === 0 ? '' : read(path[0]).slice(1)];
  });
};

function theirs(source: string): Tree | null {
  try {
    return theirTree(source);
  } catch (error) {
    if (error instanceof Exception) return null;
    throw error;
  }
}

function theirTree(source: string): Tree | null {
  // A new one each time: the same text twice is an empty query to it the second time.
  const { query, errors } = new JastBuilder().build(source);
  if (errors.length > 0 || query === undefined) return null;
  // See exceptions.blank.
  if (query.where === undefined && !/^\s*(order|$)/i.test(source)) return null;
  const clause = (node: any): Tree => {
    if (node.clauseType === 'compound') return flat(node.operator.value, node.clauses.map(clause));
    if (node.clauseType === 'not') return ['not', clause(node.clause)];
    return [
      'term',
      field(node.field),
      node.operator.value,
      node.operand === undefined ? null : operand(node.operand),
      ...node.predicates.map((one: any) => [one.operator.value, operand(one.operand)]),
    ];
  };
  const field = (node: any): Tree => [readName(node), ...readProperty(node.properties ?? [])];
  const operand = (node: any): Tree => {
    switch (node.operandType) {
      case 'value':
        return ['value', read(node)];
      case 'keyword':
        return ['empty'];
      case 'function':
        return ['call', readName(node.function), ...node.arguments.map(read)];
      default:
        return ['list', ...node.values.map(operand)];
    }
  };
  return [
    query.where === undefined ? null : clause(query.where),
    ...(query.orderBy?.fields ?? []).map((one: any) => [
      field(one.field),
      one.direction?.value.toLowerCase() ?? null,
    ]),
  ];
}

/** See exceptions.operands. */
function misfits({ operator, operand, predicates }: JqlTerm): boolean {
  if (operand === null) return false;
  if (predicates.some(({ name }) => name === 'from' || name === 'to')) return true;
  const { kind } = operand;
  if (operator.endsWith('in')) return kind !== 'list' && kind !== 'function';
  if (operator.startsWith('is')) return kind !== 'empty';
  if (/[<>]/.test(operator)) return kind === 'list' || kind === 'empty';
  return kind === 'list';
}

function ours(source: string): Tree | null {
  let query: JqlQuery;
  try {
    query = parseJql(source);
  } catch (error) {
    if (error instanceof JqlSyntaxError) return null;
    throw error;
  }
  if (query.where !== null && [...termsOf(query.where)].some(misfits)) {
    return null;
  }
  const clause = (node: JqlClause): Tree => {
    if (node.kind === 'not') return ['not', clause(node.clause)];
    if (node.kind !== 'term') return flat(node.kind, node.clauses.map(clause));
    const { operator, predicates } = node;
    return [
      'term',
      field(node.field),
      operator,
      node.operand === null ? null : operand(node.operand),
      ...predicates.map((one) => [one.name, operand(one.operand)]),
    ];
  };
  const field = ({ name, property }: JqlField): Tree =>
    property === null ? [name] : [name, [property.key, property.path]];
  const operand = (node: JqlOperand): Tree => {
    if (node.kind === 'value') return ['value', node.value];
    if (node.kind === 'empty') return ['empty'];
    if (node.kind === 'function') return ['call', node.name, ...node.args];
    return ['list', ...node.items.map(operand)];
  };
  return [
    query.where === null ? null : clause(query.where),
    ...query.orderBy.map((sort) => [field(sort.field), sort.direction]),
  ];
}

const words = fc.constantFrom(
  ...'project status Fred x-y_z:1 1.5 -1d 10001 日本 the é a.b'.split(' '),
  ...['"To Do"', "'it''s'".slice(0, 5), '"a \\"b\\""', '"\\u0041"', 'b\\ c', '""', "'x'", '"and"'],
);
const fieldText = fc.oneof(
  { weight: 6, arbitrary: words },
  fc.constantFrom('cf[10001]', 'CF [ 2 ]', 'issue.property[key].path', 'issue.property["a b"]'),
);
const call = fc
  .tuple(words, fc.array(words, { maxLength: 3 }))
  .map(([name, args]) => `${name}(${args.join(', ')})`);
const empty = fc.constantFrom('EMPTY', 'null');
const single = fc.oneof({ weight: 4, arbitrary: words }, call, empty);
const { operandText, listText } = fc.letrec<{ operandText: string; listText: string }>((tie) => ({
  operandText: fc.oneof({ maxDepth: 3 }, { weight: 3, arbitrary: single }, tie('listText')),
  listText: fc
    .array(tie('operandText'), { minLength: 1, maxLength: 3 })
    .map((items) => `(${items.join(' , ')})`),
}));
const comparison = fc.constantFrom(
  '=',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '~',
  '!~',
  'in',
  'NOT IN',
  'is',
  'is not',
);
const past = fc.constantFrom('was', 'WAS NOT', 'was in', 'was not in');
const predicateText = fc
  .array(fc.tuple(fc.constantFrom('after', 'BEFORE', 'on', 'during', 'by', 'from', 'to'), operandText), {
    maxLength: 2,
  })
  .map((all) => all.map((one) => ` ${one.join(' ')}`).join(''));
const fitting = fc.oneof(
  fc.tuple(fc.constantFrom('=', '!=', '~', '!~', 'was', 'WAS NOT'), single),
  fc.tuple(fc.constantFrom('<', '>', '<=', '>='), fc.oneof(words, call)),
  fc.tuple(fc.constantFrom('in', 'NOT IN', 'was in', 'was not in'), fc.oneof(listText, call)),
  fc.tuple(fc.constantFrom('is', 'is not', 'IS NOT'), empty),
);
const termText = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(fieldText, fitting).map(([name, parts]) => `${name} ${parts.join(' ')}`),
  },
  fc.tuple(fieldText, comparison, operandText).map((parts) => parts.join(' ')),
  fc
    .tuple(fieldText, past, operandText, predicateText)
    .map(([name, operator, value, more]) => `${name} ${operator} ${value}${more}`),
  {
    weight: 4,
    arbitrary: fc.tuple(fieldText, predicateText).map(([name, more]) => `${name} changed${more}`),
  },
);
const { clauseText } = fc.letrec<{ clauseText: string }>((tie) => ({
  clauseText: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: termText },
    fc
      .tuple(tie('clauseText'), fc.constantFrom('and', 'or', 'AND', '&&', '||', '&', '|'), tie('clauseText'))
      .map((parts) => parts.join(' ')),
    tie('clauseText').map((text) => `(${text})`),
    fc.tuple(fc.constantFrom('not ', '!', 'NOT '), tie('clauseText')).map((parts) => parts.join('')),
  ),
}));
const sortText = fc
  .array(fc.tuple(fieldText, fc.constantFrom('', ' asc', ' DESC')), { minLength: 1, maxLength: 3 })
  .map((sorts) => ` order by ${sorts.map((sort) => sort.join('')).join(', ')}`);
const grammatical = fc
  .tuple(fc.option(clauseText, { nil: '' }), fc.option(sortText, { nil: '' }))
  .map((parts) => parts.join(''));

const tokens = fc.oneof(
  fc.constantFrom(
    ...'( ) [ ] , = != < > <= >= ~ !~ ! & && | || and or not in is was changed empty null order by asc'.split(
      ' ',
    ),
    ...'desc after before during on from to cf a b "c d" \'e\' 1 -2 f( ) issue.property[k] \\u0020 " limit'.split(
      ' ',
    ),
  ),
  fc.constantFrom(
    ...'{ } * / % + ^ $ # @ ? ; : . - _ \\q \\u00 \\ "\\q" \'\\u12\' \u0007 "\u0007" \ufffe'.split(' '),
    '"a\nb"',
  ),
  fc.constantFrom(...RESERVED_WORDS),
);
const soup = fc.array(tokens, { minLength: 1, maxLength: 8 }).map((all) => all.join(' '));

/** One thing in a good query taken out, doubled or replaced. */
const broken = fc
  .tuple(grammatical, fc.nat(), fc.constantFrom('drop', 'double', 'replace'), tokens)
  .map(([text, at, what, token]) => {
    const parts = text.split(/(?<=\s)|(?=[(),])/);
    const place = at % parts.length;
    const now = parts[place]!;
    parts[place] = what === 'drop' ? '' : what === 'double' ? `${now} ${now}` : `${token} `;
    return parts.join('');
  });

test.each([
  ['queries of the grammar', grammatical, 2_500, 1_000],
  ['queries with one mistake', broken, 2_500, 100],
  ['tokens in any order', soup, 2_500, 0],
] as const)(
  '%s: both parsers say the same',
  (_name, queries, numRuns, leastTaken) => {
    let taken = 0;
    fc.assert(
      fc.property(queries, (source) => {
        const tree = theirs(source);
        if (tree !== null) taken += 1;
        expect(ours(source)).toEqual(tree);
        if (tree !== null) expect(ours(jqlText(parseJql(source)))).toEqual(tree);
      }),
      { numRuns },
    );
    expect(taken).toBeGreaterThanOrEqual(leastTaken);
  },
  120_000,
);
