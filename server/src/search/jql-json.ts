import type { JqlClause, JqlField, JqlOperand, JqlQuery } from './jql-ast.ts';
import type { ParsedJql } from './jql-queries.ts';
import { fieldText, operandText } from './jql-text.ts';

/** As Cloud's jql/parse shows queries. */
export function parsedJqlJson({ jql, query, errors }: ParsedJql) {
  return {
    query: jql,
    ...(query && { structure: structureJson(query) }),
    ...(errors.length > 0 && { errors }),
  };
}

function structureJson({ where, orderBy }: JqlQuery) {
  const fields = orderBy.map(({ field, direction }) => ({
    field: fieldJson(field),
    ...(direction !== null && { direction }),
  }));
  return {
    ...(where !== null && { where: clauseJson(where) }),
    ...(fields.length > 0 && { orderBy: { fields } }),
  };
}

function clauseJson(clause: JqlClause): object {
  if (clause.kind === 'not') return { operator: 'not', clauses: [clauseJson(clause.clause)] };
  if (clause.kind !== 'term') return { operator: clause.kind, clauses: clause.clauses.map(clauseJson) };
  const { field, operator, operand, predicates } = clause;
  const isHistory = operator === 'changed' || operator.startsWith('was');
  return {
    field: fieldJson(field),
    operator,
    ...(operand !== null && { operand: operandJson(operand) }),
    ...(isHistory && {
      predicates: predicates.map((one) => ({ operator: one.name, operand: operandJson(one.operand) })),
    }),
  };
}

function fieldJson(field: JqlField) {
  const { name, property } = field;
  if (property === null) return { name, encodedName: fieldText(field) };
  const path = property.path === '' ? '' : `.${property.path}`;
  return {
    name: `${name}[${property.key}]${path}`,
    encodedName: fieldText(field),
    property: [{ entity: name.replace(/\.property$/i, ''), key: property.key, path: property.path }],
  };
}

function operandJson(operand: JqlOperand): object {
  switch (operand.kind) {
    case 'empty':
      return { keyword: 'empty' };
    case 'value':
      return { value: operand.value, encodedValue: operandText(operand) };
    case 'function':
      return { function: operand.name, arguments: operand.args, encodedOperand: operandText(operand) };
    case 'list':
      return { values: operand.items.map(operandJson), encodedOperand: operandText(operand) };
  }
}
