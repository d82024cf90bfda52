import { fold } from '../lib/fold.ts';
import type { JqlFunction } from './jql-ast.ts';
import { dateFunctions, dateOfFunction } from './jql-dates.ts';
import { jqlMessages } from './jql-messages.ts';
import type { Known, Report } from './jql-values.ts';
import type { FieldKind, SearchField } from './search-fields.ts';

/** What a function gives: one value, or a list for IN and NOT IN. */
export interface FunctionSpec {
  readonly name: string;
  readonly isList: boolean;
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  /** What its values are, in the words of `field-types.ts`. */
  readonly gives: 'person' | 'moment' | 'project' | 'issuetype' | 'issue';
  /** undefined: told as a problem. Absent where what it gives is a condition, not values. */
  readonly values?: (called: JqlFunction, known: Known, report: Report) => readonly number[] | undefined;
}

const signIn = (name: string, which: 'current' | 'last'): FunctionSpec => ({
  name,
  isList: false,
  least: 0,
  most: 0,
  gives: 'moment',
  values(_, { signIns }) {
    const at = signIns[which];
    return at === null ? [] : [at];
  },
});

/** What is asked of the searcher's projects; looked up beforehand, since permissions cannot be told without asking. */
const projects = (
  name: string,
  least: number,
  missing: (called: JqlFunction, of: string) => string,
): FunctionSpec => ({
  name,
  isList: true,
  least,
  most: 1,
  gives: 'project',
  values(called, known, report) {
    if (known.searcher === null) {
      report(jqlMessages.anonymousFunction(called));
      return undefined;
    }
    const found = known.projectLists.get(callKey(called));
    if (found === undefined) report(missing(called, called.args[0]!));
    return found;
  },
});

const issueTypes = (name: string, which: 'standardIssueTypes' | 'subtaskIssueTypes'): FunctionSpec => ({
  name,
  isList: true,
  least: 0,
  most: 0,
  gives: 'issuetype',
  values: (_, known) => known[which],
});

/** Atlassian, "Advanced searching: functions", as far as there is something to find. */
export const jqlFunctions: readonly FunctionSpec[] = [
  {
    name: 'currentUser',
    isList: false,
    least: 0,
    most: 0,
    gives: 'person',
    values: (_, { searcher }) => (searcher === null ? [] : [searcher.id]),
  },
  {
    name: 'membersOf',
    isList: true,
    least: 1,
    most: 1,
    gives: 'person',
    values(called, known, report) {
      const members = known.groups.get(fold(called.args[0]!));
      if (members === undefined) report(jqlMessages.noGroup(called));
      return members;
    },
  },
  {
    name: 'now',
    isList: false,
    least: 0,
    most: 0,
    gives: 'moment',
    values: (_, { moment }) => [moment.now],
  },
  signIn('currentLogin', 'current'),
  signIn('lastLogin', 'last'),
  ...[...dateFunctions].map(
    ([, { name, ...wanted }]): FunctionSpec => ({
      name,
      isList: false,
      least: 0,
      most: 1,
      gives: 'moment',
      values(called, { moment }, report) {
        const ms = dateOfFunction(wanted, called.args[0], moment);
        if (ms === undefined) report(jqlMessages.badIncrement(called));
        return ms === undefined ? undefined : [ms];
      },
    }),
  ),
  projects('projectsLeadByUser', 0, jqlMessages.noProjectsOfUser),
  projects('projectsWhereUserHasPermission', 1, jqlMessages.noProjectsOfPermission),
  projects('projectsWhereUserHasRole', 1, jqlMessages.noProjectsOfRole),
  issueTypes('standardIssueTypes', 'standardIssueTypes'),
  issueTypes('subtaskIssueTypes', 'subtaskIssueTypes'),
  { name: 'updatedBy', isList: true, least: 1, most: 3, gives: 'issue' },
];

const byName = new Map(jqlFunctions.map((spec) => [spec.name.toLowerCase(), spec]));

export const findFunction = ({ name }: JqlFunction): FunctionSpec | undefined =>
  byName.get(name.toLowerCase());

export const isListFunction = (called: JqlFunction): boolean => findFunction(called)?.isList ?? false;

/** The same for calls that ask the same. */
export const callKey = ({ name, args }: JqlFunction): string => JSON.stringify([name.toLowerCase(), ...args]);

/** The functions whose values a field can have. */
export function functionFits({ gives }: FunctionSpec, { kind, id, place }: SearchField): boolean {
  const fitting: Readonly<Partial<Record<FieldKind['kind'], FunctionSpec['gives']>>> = {
    person: 'person',
    moment: 'moment',
    day: 'moment',
    project: 'project',
  };
  if (gives === 'issuetype') return id === 'issuetype';
  if (gives === 'issue') return kind.kind === 'issue' && place?.in === 'issue' && place.column === 'id';
  return fitting[kind.kind] === gives;
}
