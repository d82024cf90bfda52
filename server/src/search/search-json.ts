import { historiesJson } from '../issues/changelog-json.ts';
import { fieldMetasJson } from '../issues/field-meta-json.ts';
import { issueJson } from '../issues/issue-json.ts';
import type { ExpandedIssue } from '../issues/issues.ts';
import { transitionJson } from '../issues/transition-json.ts';
import type { WantedFields } from '../issues/wanted-fields.ts';
import type { Wire } from '../wire.ts';
import type { SearchResult, TokenPage } from './search.ts';

export interface SearchJsonOptions {
  readonly wire: Wire;
  readonly wanted: WantedFields;
  readonly expand: ReadonlySet<string>;
}

export function searchJson(result: SearchResult, options: SearchJsonOptions) {
  return {
    expand: 'schema,names',
    startAt: result.startAt,
    maxResults: result.maxResults,
    total: result.total,
    ...issuesJson(result.issues, options),
    ...(result.warnings.length > 0 && { warningMessages: result.warnings }),
  };
}

export function tokenPageJson(page: TokenPage, options: SearchJsonOptions) {
  return {
    ...issuesJson(page.issues, options),
    ...(page.nextPageToken !== undefined && { nextPageToken: page.nextPageToken }),
    isLast: page.nextPageToken === undefined,
    ...(page.warnings.length > 0 && { warningMessages: page.warnings }),
  };
}

/** `names` and `schema` stand once beside the issues, for the fields of all of them. */
function issuesJson(issues: readonly ExpandedIssue[], options: SearchJsonOptions) {
  const names: Record<string, unknown> = {};
  const schema: Record<string, unknown> = {};
  const list = issues.map((issue) => {
    const { names: own, schema: ownSchema, ...json } = expandedJson(issue, options);
    Object.assign(names, own);
    Object.assign(schema, ownSchema);
    return json;
  });
  const { expand } = options;
  return { issues: list, ...(expand.has('names') && { names }), ...(expand.has('schema') && { schema }) };
}

function expandedJson(
  { view, transitions, editmeta, changelog, properties }: ExpandedIssue,
  options: SearchJsonOptions,
) {
  const { wire } = options;
  return {
    ...issueJson(view, options),
    ...(transitions && { transitions: transitions.map((one) => transitionJson(one, wire)) }),
    ...(editmeta && { editmeta: { fields: fieldMetasJson(editmeta, wire) } }),
    ...(changelog && { changelog: historiesJson(changelog, wire) }),
    ...(properties && { properties: Object.fromEntries(properties.map(({ key, value }) => [key, value])) }),
  };
}
