import {
  type JqlClause,
  type JqlField,
  type JqlOperand,
  type JqlOperator,
  type JqlPredicate,
  type JqlProperty,
  type JqlQuery,
  type JqlSort,
  jqlHistoryOperators,
} from './jql-ast.ts';
import { JqlSyntaxError, positionOf } from './jql-error.ts';
import { type JqlSymbol, type JqlToken, jqlLexer } from './jql-lexer.ts';
import type { JqlKeyword } from './jql-words.ts';

/** Parentheses, NOTs and lists within each other; the only thing in a query that costs stack. */
export const jqlMaxDepth = 50;

/** Values in one list. */
export const jqlMostItems = 1_000;

const operatorsToTry =
  "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.";

const comparisons: ReadonlySet<string> = new Set<JqlSymbol>(['=', '!=', '<', '>', '<=', '>=', '~', '!~']);

const predicateNames: ReadonlySet<JqlKeyword | null> = new Set([
  'AFTER',
  'BEFORE',
  'DURING',
  'ON',
  'FROM',
  'TO',
  'BY',
] as const);

/** NOT binds before AND, AND before OR (Atlassian: "Order of Operations for JQL"). */
export function parseJql(source: string): JqlQuery {
  const lexer = jqlLexer(source);
  let token = lexer.next();
  let depth = 0;

  const advance = (): JqlToken => {
    const taken = token;
    token = lexer.next();
    return taken;
  };

  const fail = (message: string, at: number): never => {
    throw new JqlSyntaxError(message, positionOf(source, at));
  };

  /** The current token is not what the grammar wants here. */
  const expected = (what: string, hint = '', lead = 'Error in the JQL Query'): never => {
    if (token.kind === 'end') {
      throw new JqlSyntaxError(`${lead}: Expecting ${what} before the end of the query.${hint}`, null);
    }
    return fail(`${lead}: Expecting ${what} but got '${token.text}'.${hint}`, token.at);
  };

  const quoteHint = (use: string): string =>
    token.kind === 'end'
      ? ''
      : ` You must surround '${token.text}' in quotation marks to use it as a ${use}.`;

  const isSymbol = (symbol: JqlSymbol): boolean => token.kind === 'symbol' && token.text === symbol;

  const takeSymbol = (symbol: JqlSymbol): void => {
    if (!isSymbol(symbol)) expected(`'${symbol}'`);
    advance();
  };

  /** `!` stands for NOT before a clause, not within an operator. */
  const isKeyword = (keyword: JqlKeyword): boolean => token.keyword === keyword && token.text !== '!';

  const skipKeyword = (keyword: JqlKeyword): boolean => {
    const found = isKeyword(keyword);
    if (found) advance();
    return found;
  };

  const isText = (): boolean => token.kind === 'word' || token.kind === 'string';

  const deeper = <T>(at: number, parse: () => T): T => {
    depth += 1;
    if (depth > jqlMaxDepth) {
      fail(
        `Error in the JQL Query: The query is nested too deeply. Parentheses, lists and NOT may be nested ${jqlMaxDepth} levels deep.`,
        at,
      );
    }
    const parsed = parse();
    depth -= 1;
    return parsed;
  };

  const parseCustomFieldId = (): number => {
    if (!isSymbol('[')) expected("'['");
    advance();
    if (token.kind !== 'word' || !/^\d{1,15}$/.test(token.text)) {
      expected("a custom field id enclosed by '[ ]' after 'cf'", ` Example: 'cf[10021]'.`);
    }
    const id = Number(advance().text);
    takeSymbol(']');
    return id;
  };

  const parseProperty = (): JqlProperty => {
    advance();
    if (!isText()) expected('a property id', quoteHint('value'));
    const key = advance().text;
    takeSymbol(']');
    // The lexer takes `.a.b` as one word: full stops are ordinary characters.
    const hasPath = token.kind === 'word' && token.text.length > 1 && token.text.startsWith('.');
    return { key, path: hasPath ? advance().text.slice(1) : '' };
  };

  const parseField = (): JqlField => {
    const { at } = token;
    if (skipKeyword('CF')) {
      const customFieldId = parseCustomFieldId();
      return { name: `cf[${customFieldId}]`, customFieldId, property: null, at };
    }
    if (!isText()) {
      if (token.kind === 'end') {
        throw new JqlSyntaxError(
          'Error in the JQL Query: Expecting a field name at the end of the query.',
          null,
        );
      }
      expected('a field name', quoteHint('field name'));
    }
    const name = advance().text;
    if (name.trim() === '') fail('Error in the JQL Query: A field name cannot be empty.', at);
    return { name, customFieldId: null, property: isSymbol('[') ? parseProperty() : null, at };
  };

  const parseOperator = (): JqlOperator => {
    if (token.kind === 'symbol' && comparisons.has(token.text)) return advance().text as JqlOperator;
    if (skipKeyword('IN')) return 'in';
    if (skipKeyword('IS')) return skipKeyword('NOT') ? 'is not' : 'is';
    if (skipKeyword('CHANGED')) return 'changed';
    if (skipKeyword('WAS')) {
      const not = skipKeyword('NOT');
      if (skipKeyword('IN')) return not ? 'was not in' : 'was in';
      return not ? 'was not' : 'was';
    }
    if (skipKeyword('NOT')) {
      if (!skipKeyword('IN')) expected("'IN'");
      return 'not in';
    }
    return expected('operator', ` ${operatorsToTry}`);
  };

  const parseArguments = (): string[] => {
    const args: string[] = [];
    takeSymbol('(');
    if (isText()) {
      args.push(advance().text);
      while (isSymbol(',')) {
        advance();
        if (!isText()) expected('a function argument', quoteHint('value'));
        args.push(advance().text);
      }
    }
    takeSymbol(')');
    return args;
  };

  const parseList = (): JqlOperand[] => {
    advance();
    const items = [parseOperand()];
    while (isSymbol(',')) {
      advance();
      if (items.length === jqlMostItems) {
        fail(
          `Error in the JQL Query: A list may hold ${jqlMostItems} values at most. Split it into several queries.`,
          token.at,
        );
      }
      items.push(parseOperand());
    }
    takeSymbol(')');
    return items;
  };

  const parseOperand = (): JqlOperand => {
    const { at } = token;
    if (isText()) {
      const { text, kind } = advance();
      if (!isSymbol('(')) return { kind: 'value', value: text, quoted: kind === 'string', at };
      if (text.trim() === '') fail('Error in the JQL Query: A function name cannot be empty.', at);
      return { kind: 'function', name: text, args: parseArguments(), at };
    }
    if (isSymbol('(')) return { kind: 'list', items: deeper(at, parseList), at };
    if (skipKeyword('EMPTY') || skipKeyword('NULL')) return { kind: 'empty', at };
    // Without "the": that is how every Jira seen words this one (pycontribs, ejira#15, cx-flow#736, n8n).
    return expected('either a value, list or function', quoteHint('value'), 'Error in JQL Query');
  };

  const parsePredicates = (): JqlPredicate[] => {
    const predicates: JqlPredicate[] = [];
    while (predicateNames.has(token.keyword)) {
      const { at, keyword } = advance();
      predicates.push({
        name: keyword!.toLowerCase() as JqlPredicate['name'],
        operand: parseOperand(),
        at,
      });
    }
    return predicates;
  };

  const parseTerm = (): JqlClause => {
    const { at } = token;
    const field = parseField();
    const operator = parseOperator();
    const operand = operator === 'changed' ? null : parseOperand();
    const predicates = jqlHistoryOperators.has(operator) ? parsePredicates() : [];
    return { kind: 'term', field, operator, operand, predicates, at };
  };

  const parseUnit = (): JqlClause => {
    const { at } = token;
    if (token.keyword === 'NOT') {
      advance();
      return { kind: 'not', clause: deeper(at, parseUnit), at };
    }
    if (!isSymbol('(')) return parseTerm();
    advance();
    const clause = deeper(at, () => parseGroup('or'));
    takeSymbol(')');
    return clause;
  };

  const parseGroup = (kind: 'and' | 'or'): JqlClause => {
    const { at } = token;
    const parsePart = kind === 'or' ? () => parseGroup('and') : parseUnit;
    const joiner = kind === 'or' ? 'OR' : 'AND';
    const first = parsePart();
    if (!isKeyword(joiner)) return first;
    const clauses = [first];
    while (skipKeyword(joiner)) clauses.push(parsePart());
    return { kind, clauses, at };
  };

  const parseSort = (): JqlSort => {
    const field = parseField();
    const direction = skipKeyword('ASC') ? 'asc' : skipKeyword('DESC') ? 'desc' : null;
    if (token.kind !== 'end' && !isSymbol(',')) {
      expected(direction === null ? "either 'ASC' or 'DESC'" : "','");
    }
    return { field, direction };
  };

  const parseOrderBy = (): JqlSort[] => {
    if (!skipKeyword('ORDER')) return [];
    if (!skipKeyword('BY')) expected("'by'");
    const sorts = [parseSort()];
    while (isSymbol(',')) {
      advance();
      sorts.push(parseSort());
    }
    return sorts;
  };

  const where = token.kind === 'end' || isKeyword('ORDER') ? null : parseGroup('or');
  if (token.kind !== 'end' && !isKeyword('ORDER')) expected("either 'OR' or 'AND'");
  return { where, orderBy: parseOrderBy() };
}
