import { type AutocompleteData, hasSuggestions, operatorsOf } from './autocomplete.ts';
import type { FunctionSpec } from './jql-functions.ts';
import { wordText } from './jql-text.ts';
import type { NamedField, SearchField } from './search-fields.ts';

const issue = 'com.atlassian.jira.issue';

/** Names of Jira's own classes: its web pages and integrations tell kinds of values apart by them. */
const typeById: Readonly<Record<string, string>> = {
  issuetype: `${issue}.issuetype.IssueType`,
  status: `${issue}.status.Status`,
  statusCategory: `${issue}.status.category.StatusCategory`,
  priority: `${issue}.priority.Priority`,
  resolution: `${issue}.resolution.Resolution`,
};
const typeByKind: Readonly<Record<SearchField['kind']['kind'], string>> = {
  choice: `${issue}.customfields.option.Option`,
  project: 'com.atlassian.jira.project.Project',
  projectType: 'com.atlassian.jira.project.type.ProjectType',
  person: 'com.atlassian.jira.user.ApplicationUser',
  issue: `${issue}.Issue`,
  moment: 'java.util.Date',
  day: 'java.util.Date',
  number: 'java.lang.Number',
  label: `${issue}.label.Label`,
  exact: 'java.lang.String',
  text: 'java.lang.String',
};
const typeOfFunction: Readonly<Record<FunctionSpec['gives'], string>> = {
  person: typeByKind.person,
  moment: typeByKind.moment,
  project: typeByKind.project,
  issuetype: typeById.issuetype!,
  issue: typeByKind.issue,
};

/** Flags are words here, and left out when they are not true, as Jira has them. */
export const autocompleteJson = ({ fields, functions, reservedWords }: AutocompleteData) => ({
  visibleFieldNames: fields.map(fieldJson),
  visibleFunctionNames: functions.map(({ name, isList, gives }) => ({
    value: `${name}()`,
    displayName: `${name}()`,
    ...(isList && { isList: 'true' }),
    types: [typeOfFunction[gives]],
  })),
  jqlReservedWords: reservedWords,
});

function fieldJson({ name, field, cfid, isUnique }: NamedField) {
  return {
    value: cfid !== undefined && !isUnique ? cfid : wordText(name),
    displayName: cfid === undefined ? name : `${name} - ${cfid}`,
    ...(field.sort !== undefined && { orderable: 'true' }),
    searchable: 'true',
    ...(hasSuggestions(field) && { auto: 'true' }),
    ...(cfid !== undefined && { cfid }),
    operators: operatorsOf(field),
    types: [typeById[field.id] ?? typeByKind[field.kind.kind]],
  };
}
