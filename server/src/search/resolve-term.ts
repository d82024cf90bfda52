import type { TextQuery } from '../db/full-text.ts';
import { fold } from '../lib/fold.ts';
import {
  all,
  always,
  any,
  anything,
  type Comparison,
  type Condition,
  filled,
  isIn,
  nothing,
} from './condition.ts';
import type { JqlFunction, JqlOperand, JqlOperator, JqlTerm } from './jql-ast.ts';
import { parseJqlDate } from './jql-dates.ts';
import { findFunction, isListFunction } from './jql-functions.ts';
import { leavesOf } from './jql-lookups.ts';
import { jqlMessages } from './jql-messages.ts';
import {
  checkedFunction,
  choicesOf,
  functionValues,
  type Given,
  issueOf,
  type Known,
  type Reader,
  type Report,
  valuesOf,
} from './jql-values.ts';
import type { Choices, FieldKind, Place, SearchField } from './search-fields.ts';
import { parseTextQuery, TextQueryError } from './text-query.ts';

/** One term on one field. `operator` is the term's, or its opposite under a NOT. */
export function termCondition(
  field: SearchField,
  term: JqlTerm,
  operator: JqlOperator,
  known: Known,
  report: Report,
): Condition {
  const operand = term.operand!;
  const name = term.field.name;
  // Told with the operator that stands in the query, not with its opposite.
  const misuse = misuseOf(term.operator, operand, name);
  if (misuse !== undefined) {
    report(misuse);
    return nothing;
  }
  const leaves = [...leavesOf(operand)];
  const givens = leaves.filter((leaf) => leaf.kind !== 'empty');
  const wantsEmpty = givens.length < leaves.length;
  const negated = operator === '!=' || operator === 'not in' || operator === 'is not' || operator === '!~';

  const parts: Condition[] = [];
  if (wantsEmpty) parts.push(emptyCondition(field, negated));
  if (givens.length > 0) {
    const reader = { field, name, known, report };
    if (field.kind.kind === 'text')
      parts.push(...givens.map((given) => textCondition(reader, given, negated)));
    else if (isComparison(operator)) parts.push(compareCondition(reader, givens[0]!, operator));
    else parts.push(equalCondition(reader, givens, negated));
  }
  return negated ? all(parts) : any(parts);
}

function misuseOf(operator: JqlOperator, operand: JqlOperand, field: string): string | undefined {
  const isList = operand.kind === 'list' || (operand.kind === 'function' && isListFunction(operand));
  if (operator === 'is' || operator === 'is not') {
    return operand.kind === 'empty' ? undefined : jqlMessages.notEmpty(operator, field);
  }
  if (operator === 'in' || operator === 'not in') {
    return isList ? undefined : jqlMessages.noList(operator, operand, field);
  }
  if (isList) return jqlMessages.list(operator, operand, field);
  if (operand.kind === 'empty' && isComparison(operator)) return jqlMessages.empty(operator, field);
  return undefined;
}

const isComparison = (operator: JqlOperator): operator is Comparison =>
  operator === '<' || operator === '<=' || operator === '>' || operator === '>=';

function emptyCondition({ place, kind }: SearchField, negated: boolean): Condition {
  const choices = kind.kind === 'choice' ? kind.choices.all : [];
  const empties = choices.filter(({ empty }) => empty);
  if (place === undefined) return nothing;
  if (empties.length === 0) return filled(place, !negated);
  return isIn(
    place,
    empties.flatMap(({ ids }) => ids),
    negated,
  );
}

function equalCondition(reader: Reader, givens: readonly Given[], negated: boolean): Condition {
  const { place, kind } = reader.field;
  if (place === undefined) return nothing;
  const unresolved = reader.field.id === 'resolution' && givens.some(isUnresolved);
  const updates = givens.filter(isUpdatedBy);
  if (updates.length > 0) {
    const conditions = updates.map((called) => updatedBy(reader, called, negated));
    const others = givens.filter((given) => !isUpdatedBy(given));
    const own = others.length === 0 ? [] : [equalCondition(reader, others, negated)];
    return negated ? all([...own, ...conditions]) : any([...own, ...conditions]);
  }
  const named = unresolved ? givens.filter((given) => !isUnresolved(given)) : givens;
  const values = named.flatMap((given) => valuesOf(reader, given));
  const condition =
    negated && kind.kind === 'choice' && place.in === 'issue'
      ? isIn(place, otherIds(kind.choices, values), false)
      : isIn(place, values, negated);
  if (!unresolved) return condition;
  return negated ? all([condition, filled(place, false)]) : any([condition, filled(place, true)]);
}

const isUpdatedBy = (given: Given): given is JqlFunction =>
  given.kind === 'function' && findFunction(given)?.name === 'updatedBy';

/** The only function that gives issues which no list could hold. */
function updatedBy(reader: Reader, called: JqlFunction, negated: boolean): Condition {
  if (checkedFunction(reader, called) === undefined) return nothing;
  const { name, known, report } = reader;
  const [user = '', ...dates] = called.args;
  const userId = known.people.get(user);
  if (userId === undefined && known.mayBrowsePeople) report(jqlMessages.noValue(user, name));
  const [from, to] = dates.map((date) => {
    const ms = parseJqlDate(date, known.moment);
    if (ms === undefined) report(jqlMessages.badDate(date, name));
    return ms ?? null;
  });
  if (from === null || to === null) return nothing;
  // Nobody has updated nothing.
  if (userId === undefined) return negated && !known.mayBrowsePeople ? anything : nothing;
  return {
    kind: 'updatedBy',
    userId,
    during: { from: from ?? always.from, to: to ?? always.to },
    negated,
  };
}

/**
 * What one of a few choices is not, it is one of the others, and those an index finds. Choices that count
 * as empty are in neither.
 */
function otherIds({ all: choices }: Choices, values: readonly unknown[]): number[] {
  const given = new Set(values);
  const others = choices.filter(({ empty }) => !empty).flatMap(({ ids }) => ids);
  return others.filter((id) => !given.has(id));
}

/** `resolution = Unresolved` means none, as Jira's own pages have it. */
const isUnresolved = (given: Given): boolean => given.kind === 'value' && fold(given.value) === 'unresolved';

function compareCondition(reader: Reader, given: Given, operator: Comparison): Condition {
  const { place, kind } = reader.field;
  if (place === undefined) return nothing;
  if (kind.kind === 'choice') return rankCondition(reader, kind, given, place, operator);
  if (kind.kind === 'issue') {
    const issue = given.kind === 'value' ? issueOf(reader, given) : undefined;
    if (given.kind === 'function') functionValues(reader, given);
    return issue === undefined
      ? nothing
      : { kind: 'number', projectId: issue.projectId, operator, number: issue.number };
  }
  const [value] = valuesOf(reader, given);
  return value === undefined ? nothing : { kind: 'compare', place, operator, value };
}

/** What comes first in the list is the greatest: Highest is the first priority, and `priority > Low` finds it. */
function rankCondition(
  reader: Reader,
  kind: Extract<FieldKind, { kind: 'choice' }>,
  given: Given,
  place: Place,
  operator: Comparison,
): Condition {
  if (given.kind === 'function') {
    functionValues(reader, given);
    return nothing;
  }
  const [choice] = choicesOf(reader, kind, given);
  if (choice === undefined) return nothing;
  const rank = kind.choices.all.indexOf(choice);
  const matches = kind.choices.all.filter((_, at) => {
    if (at === rank) return operator === '<=' || operator === '>=';
    return at < rank === operator.startsWith('>');
  });
  return isIn(
    place,
    matches.flatMap(({ ids }) => ids),
    false,
  );
}

function textCondition(reader: Reader, given: Given, negated: boolean): Condition {
  const { field, name, report } = reader;
  if (given.kind === 'function') {
    functionValues(reader, given);
    return nothing;
  }
  const query = textQueryOf(given.value, name, report);
  if (query === undefined || field.kind.kind !== 'text') return nothing;
  const { place } = field;
  const { targets, customFieldIds: fieldIds } = field.kind;
  // A text that holds no word is found nowhere.
  const conditions: Condition[] =
    query === null ? [] : targets.map((target) => ({ kind: 'text', target, fieldIds, query, negated }));
  if (!negated) return any(conditions);
  return all([...(place === undefined ? [] : [filled(place, false)]), ...conditions]);
}

/** null: no word in it; undefined: refused. */
function textQueryOf(text: string, name: string, report: Report): TextQuery | null | undefined {
  if (text.trim() === '') {
    report(jqlMessages.emptyText(name));
    return undefined;
  }
  try {
    return parseTextQuery(text);
  } catch (error) {
    if (!(error instanceof TextQueryError)) throw error;
    const shown = text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text;
    if (error.reason === 'leading-wildcard') report(jqlMessages.wildcard(shown, name, error.part));
    else if (error.reason === 'inner-wildcard') {
      report(jqlMessages.badText(shown, name, 'Wildcards can stand at the end of a word only.'));
    } else report(jqlMessages.badText(shown, name, 'It is too long.'));
    return undefined;
  }
}
