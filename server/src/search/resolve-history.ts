import { always, anything, type Condition, type Held, nothing, type Period } from './condition.ts';
import type { JqlOperand, JqlPredicate, JqlTerm } from './jql-ast.ts';
import { isListFunction } from './jql-functions.ts';
import { leavesOf } from './jql-lookups.ts';
import { jqlMessages } from './jql-messages.ts';
import { type Known, type Reader, type Report, valuesOf } from './jql-values.ts';
import type { FieldKind, SearchField } from './search-fields.ts';
import { instantOf, wallTime } from './zoned-time.ts';

/** A term with WAS or CHANGED on one field. `negated`: it stands under a NOT. Anything wrong in it matches nothing. */
export function historyCondition(
  field: SearchField,
  term: JqlTerm,
  negated: boolean,
  known: Known,
  report: Report,
): Condition {
  const name = term.field.name;
  if (field.history === undefined) {
    report(jqlMessages.noHistory(name));
    return nothing;
  }
  let wrong = false;
  const reader: Reader = {
    field,
    name,
    known,
    report(problem) {
      wrong = true;
      report(problem);
    },
  };
  const circumstances = readPredicates(reader, term);
  const isNot = term.operator === 'was not' || term.operator === 'was not in';
  const operand = term.operand === null ? undefined : operandHeld(reader, term, term.operand);
  if (wrong) return nothing;

  const { during, by, from, to } = circumstances;
  const condition: Condition =
    operand === undefined
      ? { kind: 'changed', field: field.history, from, to, during, by, negated: false }
      : { kind: 'was', field: field.history, held: operand, during, by, negated: false };
  const impossible = [operand, by, from, to].some((held) => held?.ids.size === 0 && !held.orEmpty);
  if (impossible || during.from > during.to) return negated === isNot ? nothing : anything;
  return { ...condition, negated: negated !== isNot };
}

function operandHeld(reader: Reader, { operator, field }: JqlTerm, operand: JqlOperand): Held {
  const takesList = operator === 'was in' || operator === 'was not in';
  const isList = operand.kind === 'list' || (operand.kind === 'function' && isListFunction(operand));
  if (takesList && !isList) reader.report(jqlMessages.noList(operator, operand, field.name));
  else if (!takesList && isList) reader.report(jqlMessages.list(operator, operand, field.name));
  else return heldOf(reader, operand);
  return nobody;
}

const nobody: Held = { ids: new Set(), orEmpty: false };

function heldOf(reader: Reader, operand: JqlOperand): Held {
  const ids = new Set<number>();
  let orEmpty = false;
  for (const leaf of leavesOf(operand)) {
    if (leaf.kind === 'empty') orEmpty = true;
    // `resolution was Unresolved` means that there was none.
    else if (reader.field.id === 'resolution' && leaf.kind === 'value' && isUnresolved(leaf.value))
      orEmpty = true;
    else for (const id of valuesOf(reader, leaf)) ids.add(Number(id));
  }
  return { ids, orEmpty };
}

const isUnresolved = (text: string): boolean => text.toLowerCase() === 'unresolved';

interface Circumstances {
  readonly during: Period;
  readonly by: Held | undefined;
  readonly from: Held | undefined;
  readonly to: Held | undefined;
}

/** Predicates of one kind must all hold, as those of different kinds do. */
function readPredicates(reader: Reader, { operator, predicates }: JqlTerm): Circumstances {
  let during = always;
  const held: { by?: Held; from?: Held; to?: Held } = {};
  for (const predicate of predicates) {
    const { name } = predicate;
    if (name === 'by') held.by = both(held.by, heldOf({ ...reader, field: person, name }, predicate.operand));
    else if (name === 'from' || name === 'to') {
      if (operator === 'changed') held[name] = both(held[name], heldOf(reader, predicate.operand));
      else reader.report(jqlMessages.noPredicate(name, operator));
    } else {
      const period = periodOf({ ...reader, field: moment }, predicate);
      if (period !== undefined) {
        during = { from: Math.max(during.from, period.from), to: Math.min(during.to, period.to) };
      }
    }
  }
  return { during, by: held.by, from: held.from, to: held.to };
}

const both = (one: Held | undefined, other: Held): Held =>
  one === undefined ? other : { ids: one.ids.intersection(other.ids), orEmpty: one.orEmpty && other.orEmpty };

const valuesLike = (kind: FieldKind): SearchField => ({
  id: '',
  kind,
  place: undefined,
  operators: new Set(),
  sort: undefined,
});
const person = valuesLike({ kind: 'person' });
const moment = valuesLike({ kind: 'moment' });

/** Whole milliseconds, both ends within. */
function periodOf(reader: Reader, { name, operand }: JqlPredicate): Period | undefined {
  const leaves = [...leavesOf(operand)].filter((leaf) => leaf.kind !== 'empty');
  const count = name === 'during' ? 2 : 1;
  const isList = operand.kind === 'list';
  if (isList !== (name === 'during') || leaves.length !== count || operand.kind === 'empty') {
    reader.report(jqlMessages.badPeriod(name, reader.name));
    return undefined;
  }
  const [first, second] = leaves.map((leaf) => valuesOf(reader, leaf)[0] as number | undefined);
  if (first === undefined) return undefined;
  switch (name) {
    case 'after':
      return { ...always, from: first + 1 };
    case 'before':
      return { ...always, to: first - 1 };
    case 'during':
      return second === undefined ? undefined : { from: first, to: second };
    default:
      return dayAround(first, reader.known.moment.zone);
  }
}

function dayAround(ms: number, zone: string): Period {
  const midnight = { ...wallTime(ms, zone), hour: 0, minute: 0, second: 0 };
  return {
    from: instantOf(midnight, zone),
    to: instantOf({ ...midnight, day: midnight.day + 1 }, zone) - 1,
  };
}
