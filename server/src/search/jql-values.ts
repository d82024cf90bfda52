import { parseIssueAddress } from '../issues/issue-key.ts';
import { fold } from '../lib/fold.ts';
import type { Project } from '../projects/project-cache.ts';
import type { JqlFunction, JqlValue } from './jql-ast.ts';
import { dateFunctions, dateOfFunction, type Moment, parseJqlDate } from './jql-dates.ts';
import { isMembersOf } from './jql-lookups.ts';
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
  if (given.kind === 'function') return functionValues(reader, given);
  const { value } = given;
  switch (kind.kind) {
    case 'choice':
      return choicesOf(reader, kind, given).flatMap(({ ids }) => ids);
    case 'project':
      return listed(projectOf(reader, given)?.id);
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

function momentOf(reader: Reader, given: Given): number | undefined {
  const { name, known, report } = reader;
  if (given.kind === 'function') return dateFunctionValue(reader, given);
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

export function functionValues(reader: Reader, called: JqlFunction): (string | number)[] {
  const { name, known, report } = reader;
  const { kind } = reader.field.kind;
  const lower = called.name.toLowerCase();
  if (lower === 'currentuser') {
    if (!hasArguments(called, 0, 0, report)) return [];
    if (kind === 'person') return known.searcher === null ? [] : [known.searcher.id];
  } else if (isMembersOf(called)) {
    if (!hasArguments(called, 1, 1, report)) return [];
    if (kind === 'person') {
      const members = known.groups.get(fold(called.args[0]!));
      if (members === undefined) report(jqlMessages.noGroup(called));
      return [...(members ?? [])];
    }
  } else if (lower === 'now' || dateFunctions.has(lower)) {
    if (kind === 'moment' || kind === 'day') {
      const ms = dateFunctionValue(reader, called);
      if (ms === undefined) return [];
      return [kind === 'day' ? dayOf(ms, known.moment.zone) : ms];
    }
  } else {
    report(jqlMessages.noFunction(called));
    return [];
  }
  report(jqlMessages.wrongFunction(called, name));
  return [];
}

function dateFunctionValue({ name, known, report }: Reader, called: JqlFunction): number | undefined {
  const lower = called.name.toLowerCase();
  if (lower === 'now') return hasArguments(called, 0, 0, report) ? known.moment.now : undefined;
  const wanted = dateFunctions.get(lower);
  if (wanted === undefined) {
    const exists = lower === 'currentuser' || isMembersOf(called);
    report(exists ? jqlMessages.wrongFunction(called, name) : jqlMessages.noFunction(called));
    return undefined;
  }
  if (!hasArguments(called, 0, 1, report)) return undefined;
  const ms = dateOfFunction(wanted, called.args[0], known.moment);
  if (ms === undefined) report(jqlMessages.badIncrement(called));
  return ms;
}

function hasArguments(called: JqlFunction, least: number, most: number, report: Report): boolean {
  if (called.args.length >= least && called.args.length <= most) return true;
  report(
    jqlMessages.argumentCount(called, least === most ? `'${least}'` : `between '${least}' and '${most}'`),
  );
  return false;
}
