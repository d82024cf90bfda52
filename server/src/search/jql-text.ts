import type { JqlClause, JqlField, JqlOperand, JqlQuery, JqlTerm } from './jql-ast.ts';
import { isReservedWord, keywordOf } from './jql-words.ts';

/** A tree as JQL again; the inverse of the parser. */
export function jqlText({ where, orderBy }: JqlQuery): string {
  const sorts = orderBy.map(({ field, direction }) => [fieldText(field), direction?.toUpperCase()]);
  return [
    ...(where === null ? [] : [clauseText(where)]),
    ...(sorts.length === 0
      ? []
      : [`ORDER BY ${sorts.map((sort) => sort.filter(Boolean).join(' ')).join(', ')}`]),
  ].join(' ');
}

const plain = /^[^\s\p{Cc}\uFFFE\uFFFF"'\\=!<>()[\],&|~{}*/%+^$#@?;]+$/u;

/** In quotes where it must be. */
export const wordText = (text: string): string =>
  plain.test(text) && keywordOf(text) === undefined && !isReservedWord(text) ? text : quotedText(text);

const quotedText = (text: string): string =>
  `"${text.replace(/["\\]|[\p{Cc}\uFFFE\uFFFF]/gu, (unit) =>
    unit === '"' || unit === '\\' ? `\\${unit}` : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}"`;

export function fieldText({ name, customFieldId, property }: JqlField): string {
  if (customFieldId !== null) return name;
  if (property === null) return wordText(name);
  return `${wordText(name)}[${wordText(property.key)}]${property.path === '' ? '' : `.${property.path}`}`;
}

export function operandText(operand: JqlOperand): string {
  switch (operand.kind) {
    case 'empty':
      return 'EMPTY';
    case 'value':
      // Digits in quotes are a name first, without them an id.
      return operand.quoted ? quotedText(operand.value) : wordText(operand.value);
    case 'function':
      return `${wordText(operand.name)}(${operand.args.map(wordText).join(', ')})`;
    case 'list':
      return `(${operand.items.map(operandText).join(', ')})`;
  }
}

function clauseText(clause: JqlClause): string {
  if (clause.kind === 'term') return termText(clause);
  if (clause.kind === 'not') return `NOT ${within(clause.clause)}`;
  return clause.clauses.map(within).join(` ${clause.kind.toUpperCase()} `);
}

const within = (clause: JqlClause): string =>
  clause.kind === 'term' || clause.kind === 'not' ? clauseText(clause) : `(${clauseText(clause)})`;

function termText({ field, operator, operand, predicates }: JqlTerm): string {
  const said = operator.toUpperCase();
  return [
    fieldText(field),
    said,
    ...(operand === null ? [] : [operandText(operand)]),
    ...predicates.map((one) => `${one.name.toUpperCase()} ${operandText(one.operand)}`),
  ].join(' ');
}
