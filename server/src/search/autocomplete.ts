import type { Actor } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import type { Site } from '../site.ts';
import { highlighted } from '../users/highlight.ts';
import { searchUsers } from '../users/users.ts';
import { referenceAt } from '../workflows/reference.ts';
import { anything } from './condition.ts';
import { seenSql, surroundingsOf } from './find-issues.ts';
import { jqlHistoryOperators } from './jql-ast.ts';
import { jqlFunctions } from './jql-functions.ts';
import { wordText } from './jql-text.ts';
import { reservedWords } from './jql-words.ts';
import { projectTypes } from './learn-known.ts';
import { type NamedField, type SearchField, searchFieldsOf } from './search-fields.ts';
import { findLabels } from './search-store.ts';

export interface AutocompleteData {
  readonly fields: readonly NamedField[];
  readonly functions: typeof jqlFunctions;
  readonly reservedWords: readonly string[];
}

/** What queries are made of. It is the same for everybody: no field of ours belongs to some projects only. */
export async function autocompleteData(site: Site, actor: Actor): Promise<AutocompleteData> {
  const { all } = searchFieldsOf(await referenceAt(site.db, actor.revision));
  return { fields: all, functions: jqlFunctions, reservedWords };
}

export const hasSuggestions = ({ id, kind }: SearchField): boolean =>
  id === 'labels' || ['choice', 'project', 'projectType', 'person'].includes(kind.kind);

export const operatorsOf = ({ operators, history }: SearchField): string[] => [
  ...operators,
  ...(history === undefined ? [] : jqlHistoryOperators),
];

export interface Suggestion {
  /** As it stands in a query. */
  readonly value: string;
  /** HTML, with what was typed in bold. */
  readonly displayName: string;
}

export interface SuggestionsAsked {
  readonly fieldName: string | undefined;
  readonly fieldValue: string | undefined;
  readonly predicateName: string | undefined;
  readonly predicateValue: string | undefined;
}

/** As many as Jira's search bar shows. */
const mostSuggestions = 15;

/** Values that somebody may mean who began to type one. Of a field that does not exist there are none. */
export async function suggestions(site: Site, actor: Actor, asked: SuggestionsAsked): Promise<Suggestion[]> {
  const predicate = asked.predicateName?.toLowerCase();
  const typed = unquoted((predicate === undefined ? asked.fieldValue : asked.predicateValue) ?? '');
  if (predicate === 'by') return suggestPeople(site, actor, typed);
  if (predicate !== undefined && predicate !== 'from' && predicate !== 'to') return [];
  const fields = searchFieldsOf(await referenceAt(site.db, actor.revision));
  const [field] = fields.find(unquoted(asked.fieldName ?? ''));
  if (field === undefined || (predicate !== undefined && field.history === undefined)) return [];
  const { kind } = field;
  switch (kind.kind) {
    case 'person':
      return suggestPeople(site, actor, typed);
    case 'choice': {
      const names = kind.choices.all.flatMap(({ names: [name] }) => name ?? []);
      return startingWith(typed, [...new Set(names)]);
    }
    case 'projectType':
      return startingWith(typed, projectTypes);
    case 'project': {
      const { projects, scope } = await surroundingsOf(site, actor);
      const seen = new Set([...scope.all, ...scope.asReporter, ...scope.asAssignee]);
      const begins = (text: string) => fold(text).startsWith(fold(typed));
      return projects.all
        .filter(({ id, name, key }) => seen.has(id) && (begins(name) || begins(key)))
        .slice(0, mostSuggestions)
        .map(({ name, key }) => ({
          value: wordText(name),
          displayName: `${highlighted(name, typed)} (${highlighted(key, typed)})`,
        }));
    }
    default:
      return field.id === 'labels' ? suggestLabels(site, actor, typed) : [];
  }
}

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*?)\1?$/s, '$2');

const startingWith = (typed: string, names: readonly string[]): Suggestion[] =>
  names
    .filter((name) => fold(name).startsWith(fold(typed)))
    .slice(0, mostSuggestions)
    .map((name) => ({ value: wordText(name), displayName: highlighted(name, typed) }));

/** Nobody, for whoever may not browse people. */
async function suggestPeople(site: Site, actor: Actor, typed: string): Promise<Suggestion[]> {
  if (actor.user === null) return [];
  const found = await searchUsers(site, actor, {
    text: typed,
    active: true,
    inactive: false,
    maxResults: mostSuggestions,
  });
  const mark = (text: string) => highlighted(text, typed);
  return found.map(({ name, accountId, displayName, email }) => ({
    value: wordText(actor.profile === 'cloud' ? accountId : name),
    displayName: `${mark(displayName)} - ${mark(email)} (${mark(name)})`,
  }));
}

/** Those of issues that the asker sees. */
async function suggestLabels(site: Site, actor: Actor, typed: string): Promise<Suggestion[]> {
  const { where } = await seenSql(site, actor, await surroundingsOf(site, actor), anything);
  const labels = await findLabels(site.searchDb, where, fold(typed), mostSuggestions);
  return labels.map((label) => ({ value: wordText(label), displayName: highlighted(label, typed) }));
}
