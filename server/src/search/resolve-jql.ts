import { fold } from '../lib/fold.ts';
import { all, any, anything, type Condition, nothing } from './condition.ts';
import {
  type JqlClause,
  type JqlOperator,
  type JqlQuery,
  type JqlTerm,
  jqlHistoryOperators,
} from './jql-ast.ts';
import { fieldsOfTerm } from './jql-lookups.ts';
import { jqlMessages } from './jql-messages.ts';
import type { Known } from './jql-values.ts';
import { historyCondition } from './resolve-history.ts';
import { termCondition } from './resolve-term.ts';
import type { SearchField, SearchFields, SortKey } from './search-fields.ts';

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export interface ResolvedJql {
  readonly condition: Condition;
  readonly sorts: readonly Sort[];
  /** Everything wrong with the query, each once. What is wrong matches nothing. */
  readonly problems: readonly string[];
}

/** `NOT a = b` is `a != b` on Jira, so that NOT never finds issues whose field is empty. */
const opposite: Readonly<Record<string, JqlOperator>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '>': '<=',
  '<=': '>',
  '>=': '<',
  '~': '!~',
  '!~': '~',
  in: 'not in',
  'not in': 'in',
  is: 'is not',
  'is not': 'is',
};

/** Puts ids for names. Pure: what the database knows about the words of the query comes in as `known`. */
export function resolveJql(query: JqlQuery, fields: SearchFields, known: Known): ResolvedJql {
  const problems = new Set<string>();

  const resolveTerm = (term: JqlTerm, negated: boolean): Condition => {
    const found = fieldsOfTerm(fields, term);
    if (found.length === 0) {
      problems.add(jqlMessages.noField(fieldText(term), known.searcher === null));
      return nothing;
    }
    if (jqlHistoryOperators.has(term.operator)) {
      const parts = found.map((field) =>
        historyCondition(field, term, negated, known, (problem) => problems.add(problem)),
      );
      return all(parts);
    }
    const operator = negated ? opposite[term.operator]! : term.operator;
    const conditions = found.map((field) => resolveIn(field, term, operator));
    return negativeOperators.has(operator) ? all(conditions) : any(conditions);
  };

  const resolveIn = (field: SearchField, term: JqlTerm, operator: JqlOperator): Condition => {
    if (!field.operators.has(term.operator)) {
      problems.add(jqlMessages.operator(term.operator, term.field.name));
      return nothing;
    }
    return termCondition(field, term, operator, known, (problem) => problems.add(problem));
  };

  const resolve = (clause: JqlClause, negated: boolean): Condition => {
    if (clause.kind === 'term') return resolveTerm(clause, negated);
    if (clause.kind === 'not') return resolve(clause.clause, !negated);
    const parts = clause.clauses.map((part) => resolve(part, negated));
    return (clause.kind === 'and') === negated ? any(parts) : all(parts);
  };

  const condition = query.where === null ? anything : resolve(query.where, false);
  const sorts = resolveSorts(query, fields, problems);
  return { condition, sorts, problems: [...problems] };
}

const negativeOperators: ReadonlySet<JqlOperator> = new Set<JqlOperator>(['!=', 'not in', 'is not', '!~']);

function fieldText({ field }: JqlTerm): string {
  if (field.property === null) return field.name;
  const path = field.property.path === '' ? '' : `.${field.property.path}`;
  return `${field.name}[${field.property.key}]${path}`;
}

function resolveSorts({ orderBy }: JqlQuery, fields: SearchFields, problems: Set<string>): Sort[] {
  const sorts: Sort[] = [];
  const seen = new Set<string>();
  for (const { field, direction } of orderBy) {
    const [found] =
      field.customFieldId === null
        ? fields.find(field.name)
        : [fields.customField(field.customFieldId)].filter((one) => one !== undefined);
    if (found?.sort === undefined || field.property !== null) {
      problems.add(jqlMessages.noSort(field.name));
    } else if (seen.has(fold(found.id))) {
      problems.add(jqlMessages.sortTwice(field.name));
    } else {
      seen.add(fold(found.id));
      sorts.push({ key: found.sort, descending: direction === 'desc' });
    }
  }
  return sorts;
}
