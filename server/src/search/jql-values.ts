import { parseIssueAddress } from '../issues/issue-key.ts';
import { fold } from '../lib/fold.ts';
import type { Project } from '../projects/project-cache.ts';
import type { JqlFunction, JqlValue } from './jql-ast.ts';
import { type Moment, parseJqlDate } from './jql-dates.ts';
import { type FunctionSpec, findFunction, functionFits } from './jql-functions.ts';
import { jqlMessages } from './jql-messages.ts';
import type { Choice, FieldKind, SearchField } from './search-fields.ts';
import { dayOf } from './zoned-time.ts';

/** What is known of the words in a query, as far as the searcher may know it. */
export interface Known {
  /** null: nobody signed in. */
  readonly searcher: { readonly id: number } | null;
  readonly moment: Moment;
  /** By key, by name, by id; undefined for a project that the searcher may not see. */
  findProject(text: string): Project | undefined;
  /** Ids of the people that a word stands for. */
  readonly people: ReadonlyMap<string, number>;
  /** Whether the searcher may learn that nobody has a name or an address. */
  readonly mayBrowsePeople: boolean;
  /** By key in upper case, or id. */
  readonly issues: ReadonlyMap<string, KnownIssue>;
  /** Members by the folded name of the group. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  /** Ids by the call that asks for them (`callKey`); none for what does not exist. */
  readonly projectLists: ReadonlyMap<string, readonly number[]>;
  /** Ids of the projects that the searcher sees, by their type. */
  projectsOfType(type: string): readonly number[] | undefined;
  readonly standardIssueTypes: readonly number[];
  readonly subtaskIssueTypes: readonly number[];
  /** When the searcher signed in, and the time before; null: not known. */
  readonly signIns: { readonly current: number | null; readonly last: number | null };
}

export interface KnownIssue {
  readonly id: number;
  readonly projectId: number;
  readonly number: number;
}

export type Report = (problem: string) => void;

/** One field, as a term of the query asks for it. */
export interface Reader {
  readonly field: SearchField;
  /** The field's name as the query has it, for messages. */
  readonly name: string;
  readonly known: Known;
  readonly report: Report;
}

export type Given = JqlValue | JqlFunction;

/** What the column may hold for a value of the query; nothing for one that does not exist. */
export function valuesOf(reader: Reader, given: Given): (string | number)[] {
  const { kind } = reader.field;
  if (given.kind === 'function') {
    const values = functionValues(reader, given);
    return kind.kind === 'day' ? values.map((ms) => dayOf(ms, reader.known.moment.zone)) : values;
  }
  const { value } = given;
  switch (kind.kind) {
    case 'choice':
      return choicesOf(reader, kind, given).flatMap(({ ids }) => ids);
    case 'project':
      return listed(projectOf(reader, given)?.id);
    case 'projectType': {
      const ids = reader.known.projectsOfType(fold(value));
      if (ids === undefined) reportMissing(given, reader.name, reader.report);
      return [...(ids ?? [])];
    }
    case 'person':
      return personOf(reader, value);
    case 'issue':
      return listed(issueOf(reader, given)?.id);
    case 'moment':
      return listed(momentOf(reader, given));
    case 'day': {
      const moment = momentOf(reader, given);
      return listed(moment === undefined ? undefined : dayOf(moment, reader.known.moment.zone));
    }
    case 'number':
      return listed(numberOf(reader, value));
    case 'label':
      return [fold(value)];
    case 'exact':
      return [value];
    case 'text':
      return [];
  }
}

const listed = <T>(found: T | undefined): T[] => (found === undefined ? [] : [found]);

/** Digits without quotes are an id first and a name second, text the other way round. */
const isIdFirst = ({ value, quoted }: JqlValue): boolean => !quoted && /^\d+$/.test(value);

export function choicesOf(
  { name, report }: Reader,
  { choices, missing }: Extract<FieldKind, { kind: 'choice' }>,
  given: JqlValue,
): readonly Choice[] {
  const byId = choices.byId(given.value);
  const named = choices.byName(given.value);
  if (byId !== undefined && (named.length === 0 || isIdFirst(given))) return [byId];
  if (named.length > 0) return named;
  if (missing === 'option') report(jqlMessages.noOption(given.value, name));
  else reportMissing(given, name, report);
  return [];
}

function reportMissing(given: JqlValue, name: string, report: Report): void {
  report(isIdFirst(given) ? jqlMessages.noId(given.value, name) : jqlMessages.noValue(given.value, name));
}

function projectOf({ name, known, report }: Reader, given: JqlValue): Project | undefined {
  const project = known.findProject(given.value);
  if (project === undefined) reportMissing(given, name, report);
  return project;
}

/**
 * Whoever may not browse people is not told who exists: an unknown name is then no error but somebody
 * without issues, which is all they would learn of a known one too.
 */
function personOf({ name, known, report }: Reader, word: string): number[] {
  const id = known.people.get(word);
  if (id !== undefined) return [id];
  if (known.mayBrowsePeople) report(jqlMessages.noValue(word, name));
  return [];
}

export function issueOf({ name, known, report }: Reader, given: JqlValue): KnownIssue | undefined {
  const address = parseIssueAddress(given.value);
  const issue = known.issues.get(given.value.toUpperCase());
  if (issue !== undefined) return issue;
  if (address === undefined) report(jqlMessages.badKey(given.value, name));
  else if ('id' in address) report(jqlMessages.noId(given.value, name));
  else report(jqlMessages.noIssue(given.value, name));
  return undefined;
}

function momentOf({ name, known, report }: Reader, given: JqlValue): number | undefined {
  const ms = parseJqlDate(given.value, known.moment);
  if (ms === undefined) report(jqlMessages.badDate(given.value, name));
  return ms;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberOf({ name, report }: Reader, text: string): number | undefined {
  const number = decimal.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return number;
  report(jqlMessages.badNumber(text, name));
  return undefined;
}

/** The values of a function, as the field holds them; nothing for one that cannot be called like this. */
export function functionValues(reader: Reader, called: JqlFunction): number[] {
  const { name, known, report } = reader;
  const spec = checkedFunction(reader, called);
  if (spec === undefined) return [];
  if (spec.values === undefined) {
    report(jqlMessages.wrongFunction(called, name));
    return [];
  }
  return [...(spec.values(called, known, report) ?? [])];
}

/** undefined: there is no such function, or not for these arguments or this field; told as a problem. */
export function checkedFunction(
  { field, name, report }: Reader,
  called: JqlFunction,
): FunctionSpec | undefined {
  const spec = findFunction(called);
  if (spec === undefined) report(jqlMessages.noFunction(called));
  else if (!functionFits(spec, field)) report(jqlMessages.wrongFunction(called, name));
  else if (called.args.length < spec.least || called.args.length > spec.most) {
    const { least, most } = spec;
    const expected = least === most ? `'${least}'` : `between '${least}' and '${most}'`;
    report(jqlMessages.argumentCount(called, expected));
  } else return spec;
  return undefined;
}
