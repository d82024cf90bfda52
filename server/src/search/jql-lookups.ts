import type { JqlClause, JqlFunction, JqlOperand, JqlQuery, JqlTerm } from './jql-ast.ts';
import { callKey, findFunction } from './jql-functions.ts';
import type { SearchField, SearchFields } from './search-fields.ts';

/** Words of a query that only the database can tell the meaning of. */
export interface Unknowns {
  /** Written for people. */
  readonly people: Set<string>;
  /** Issue keys and ids. */
  readonly issues: Set<string>;
  /** Arguments of membersOf. */
  readonly groups: Set<string>;
  /** Calls that ask for some of the searcher's projects, by `callKey`. */
  readonly projectLists: Map<string, JqlFunction>;
  /** When the searcher signed in is asked for. */
  signIns: boolean;
}

export function* termsOf(clause: JqlClause): Generator<JqlTerm> {
  if (clause.kind === 'term') yield clause;
  else if (clause.kind === 'not') yield* termsOf(clause.clause);
  else for (const part of clause.clauses) yield* termsOf(part);
}

export const fieldsOfTerm = (fields: SearchFields, { field }: JqlTerm): readonly SearchField[] => {
  if (field.property !== null) return [];
  if (field.customFieldId === null) return fields.find(field.name);
  const found = fields.customField(field.customFieldId);
  return found === undefined ? [] : [found];
};

/** All of them before the first look-up, so that a query of any length needs a few statements. */
export function unknownsOf({ where }: JqlQuery, fields: SearchFields): Unknowns {
  const unknowns: Unknowns = {
    people: new Set(),
    issues: new Set(),
    groups: new Set(),
    projectLists: new Map(),
    signIns: false,
  };
  if (where === null) return unknowns;
  for (const term of termsOf(where)) {
    const kinds = new Set<string>(fieldsOfTerm(fields, term).map(({ kind }) => kind.kind));
    if (term.operand !== null) addUnknowns(unknowns, term.operand, kinds);
    for (const { name, operand } of term.predicates) {
      addUnknowns(unknowns, operand, name === 'by' ? new Set(['person']) : kinds);
    }
  }
  return unknowns;
}

function addUnknowns(unknowns: Unknowns, operand: JqlOperand, kinds: ReadonlySet<string>): void {
  for (const leaf of leavesOf(operand)) {
    if (leaf.kind === 'value') {
      if (kinds.has('person')) unknowns.people.add(leaf.value);
      if (kinds.has('issue')) unknowns.issues.add(leaf.value);
    } else if (leaf.kind === 'function') addCalled(unknowns, leaf);
  }
}

function addCalled(unknowns: Unknowns, called: JqlFunction): void {
  const [first] = called.args;
  switch (findFunction(called)?.name) {
    case 'membersOf':
      if (first !== undefined) unknowns.groups.add(first);
      break;
    case 'updatedBy':
      if (first !== undefined) unknowns.people.add(first);
      break;
    case 'projectsLeadByUser':
      if (first !== undefined) unknowns.people.add(first);
      unknowns.projectLists.set(callKey(called), called);
      break;
    case 'projectsWhereUserHasPermission':
    case 'projectsWhereUserHasRole':
      if (first !== undefined) unknowns.projectLists.set(callKey(called), called);
      break;
    case 'currentLogin':
    case 'lastLogin':
      unknowns.signIns = true;
  }
}

/** An operand's values, those of lists within lists too. */
export function* leavesOf(operand: JqlOperand): Generator<Exclude<JqlOperand, { kind: 'list' }>> {
  if (operand.kind !== 'list') yield operand;
  else for (const item of operand.items) yield* leavesOf(item);
}
