import type { TextTarget } from '../db/full-text.ts';
import { type HistoryField, historyFields } from '../issues/change-store.ts';
import { fold } from '../lib/fold.ts';
import type { CustomField, Reference } from '../workflows/reference.ts';
import { statusCategories } from '../workflows/status-category.ts';
import type { JqlOperator } from './jql-ast.ts';

/** Columns of `issues` that a query may name: a closed list, so that no text of a query becomes SQL. */
export type IssueColumn =
  | 'id'
  | 'project_id'
  | 'issue_type_id'
  | 'parent_id'
  | 'status_id'
  | 'priority_id'
  | 'resolution_id'
  | 'assignee_id'
  | 'reporter_id'
  | 'creator_id'
  | 'summary'
  | 'description'
  | 'environment'
  | 'due_date'
  | 'created_at'
  | 'updated_at'
  | 'resolved_at';

export type CustomColumn = 'text_value' | 'number_value' | 'time_value' | 'option_id' | 'user_id';

/** Where a field's values are. */
export type Place =
  | { readonly in: 'issue'; readonly column: IssueColumn; readonly optional: boolean }
  | { readonly in: 'labels' }
  /** Those that the searcher may read; nothing but being there can be asked of them by place. */
  | { readonly in: 'comments' }
  | { readonly in: 'custom'; readonly fieldId: number; readonly column: CustomColumn };

/** One of the things that a field can be set to. */
export interface Choice {
  /** What the column holds; a status category stands for several statuses. */
  readonly ids: readonly number[];
  /** Decimal text by which it is found too. */
  readonly id: string;
  readonly names: readonly string[];
  /** Stands for "none", as the status category that is no category: found by `is EMPTY` only. */
  readonly empty?: true;
}

export interface Choices {
  /** In their order. */
  readonly all: readonly Choice[];
  /** Those of a name, in any letter case; names need not be unique. */
  byName(name: string): readonly Choice[];
  byId(id: string): Choice | undefined;
}

/** What a field's values are, which decides how those of a query are read and compared. */
export type FieldKind =
  | { readonly kind: 'choice'; readonly choices: Choices; readonly missing: 'value' | 'option' }
  | {
      readonly kind:
        | 'project'
        | 'projectType'
        | 'person'
        | 'issue'
        | 'moment'
        | 'day'
        | 'number'
        | 'label'
        | 'exact';
    }
  | {
      readonly kind: 'text';
      readonly targets: readonly TextTarget[];
      /** Of the target customField: which ones. */
      readonly customFieldIds: readonly number[];
    };

export interface SearchField {
  /** The field's id in JSON. */
  readonly id: string;
  readonly kind: FieldKind;
  /** undefined: in several places. */
  readonly place: Place | undefined;
  readonly operators: ReadonlySet<JqlOperator>;
  readonly sort: SortKey | undefined;
  /** WAS and CHANGED know its past. */
  readonly history?: HistoryField;
}

/** What ORDER BY compares; see order-sql.ts. */
export type SortKey =
  | { readonly by: 'column'; readonly column: IssueColumn; readonly optional: boolean }
  | { readonly by: 'text'; readonly column: 'summary' | 'description' | 'environment' }
  | { readonly by: 'key' | 'labels' }
  | {
      readonly by: 'reference';
      readonly column: IssueColumn;
      readonly table: 'projects' | 'issue_types' | 'statuses' | 'priorities' | 'resolutions' | 'users';
      /** The greatest comes first there: Highest is the first priority. */
      readonly reversed?: true;
    }
  | { readonly by: 'custom'; readonly fieldId: number; readonly column: CustomColumn };

/** A field by one of its names. */
export interface NamedField {
  readonly name: string;
  readonly field: SearchField;
  /** `cf[10001]` of a custom field. */
  readonly cfid?: string;
  /** No other field is called so. */
  readonly isUnique: boolean;
}

/** The fields as of one state of the configuration. */
export interface SearchFields {
  /** In the order of their names. */
  readonly all: readonly NamedField[];
  /** By a name as a query has it; custom fields may share one, and then all of them are meant. */
  find(name: string): readonly SearchField[];
  customField(id: number): SearchField | undefined;
}

const equality: JqlOperator[] = ['=', '!=', 'in', 'not in'];
const emptiness: JqlOperator[] = ['is', 'is not'];
const order: JqlOperator[] = ['<', '<=', '>', '>='];
const contents: JqlOperator[] = ['~', '!~'];

/** Atlassian, "Advanced searching: fields", which operators each kind supports. */
const plainOperators = new Set([...equality, ...emptiness]);
const orderedOperators = new Set([...equality, ...emptiness, ...order]);
const textOperators = new Set([...contents, ...emptiness]);

const inIssue = (column: IssueColumn, optional = false): Place => ({ in: 'issue', column, optional });

interface Named {
  readonly id: number;
  readonly name: string;
}

const choicesOf = (all: readonly Named[]): Choices =>
  choices(all.map(({ id, name }) => ({ ids: [id], id: String(id), names: [name] })));

function choices(all: readonly Choice[]): Choices {
  const named = Map.groupBy(
    all.flatMap((choice) => choice.names.map((name) => ({ name: fold(name), choice }))),
    ({ name }) => name,
  );
  const ids = new Map(all.map((choice) => [choice.id, choice]));
  return {
    all,
    byName: (name) => [...new Set(named.get(fold(name))?.map(({ choice }) => choice))],
    byId: (id) => ids.get(id),
  };
}

const known = new WeakMap<Reference, SearchFields>();

export function searchFieldsOf(reference: Reference): SearchFields {
  const found = known.get(reference) ?? makeSearchFields(reference);
  known.set(reference, found);
  return found;
}

function makeSearchFields(reference: Reference): SearchFields {
  const custom = new Map(reference.customFields.all.map((field) => [field.id, customField(field)]));
  const texts = [...custom].filter(([, { kind }]) => kind.kind === 'text').map(([id]) => id);
  const system = systemFields(reference, texts);
  const customByName = Map.groupBy(reference.customFields.all, ({ name }) => fold(name));
  const all: NamedField[] = [
    ...system.values(),
    ...reference.customFields.all.map(({ id, name }) => ({
      name,
      field: custom.get(id)!,
      cfid: `cf[${id}]`,
      isUnique: !system.has(fold(name)) && customByName.get(fold(name))!.length === 1,
    })),
  ];
  const collator = new Intl.Collator('en', { sensitivity: 'base' });
  return {
    all: all.sort((one, other) => collator.compare(one.name, other.name)),
    find(name) {
      const folded = fold(name);
      const found = system.get(folded);
      if (found !== undefined) return [found.field];
      const [, ...digits] = /^(?:customfield_(\d{1,15})|cf\[(\d{1,15})\])$/.exec(folded) ?? [];
      const id = digits.find((some) => some !== undefined);
      const byId = id === undefined ? undefined : custom.get(Number(id));
      if (byId !== undefined) return [byId];
      return (customByName.get(folded) ?? []).flatMap((same) => custom.get(same.id) ?? []);
    },
    customField: (id) => custom.get(id),
  };
}

/** `texts`: the custom fields that hold text. */
function systemFields(reference: Reference, texts: readonly number[]): Map<string, NamedField> {
  const { statuses } = reference;
  const categories = choices(
    statusCategories.map((category) => ({
      ids: statuses.all.filter((status) => status.category.id === category.id).map(({ id }) => id),
      id: String(category.id),
      names: [category.name, category.key],
      // Statuses without a category answer to neither `=` nor `!=` on Jira.
      ...(category.key === 'undefined' && { empty: true as const }),
    })),
  );

  const fields = new Map<string, NamedField>();
  const add = (names: string, field: Omit<SearchField, 'id'> & { id?: string }): void => {
    const all = names.split(' ');
    const history = historyFields.find((one) => one === all[0]);
    for (const name of all) {
      const named = { id: all[0]!, ...field, ...(history && { history }) };
      fields.set(name.toLowerCase(), { name, field: named, isUnique: true });
    }
  };
  const oneOf = (
    names: string,
    column: IssueColumn,
    of: Choices | 'project',
    table: Extract<SortKey, { by: 'reference' }>['table'],
    { optional = false, ordered = false, reversed = false } = {},
  ): void =>
    add(names, {
      kind: of === 'project' ? { kind: of } : { kind: 'choice', choices: of, missing: 'value' },
      place: inIssue(column, optional),
      operators: ordered ? orderedOperators : plainOperators,
      sort: { by: 'reference', column, table, ...(reversed && { reversed }) },
    });
  const person = (names: string, column: IssueColumn): void =>
    add(names, {
      kind: { kind: 'person' },
      place: inIssue(column, true),
      operators: plainOperators,
      sort: { by: 'reference', column, table: 'users' },
    });
  const date = (names: string, kind: 'moment' | 'day', column: IssueColumn, optional: boolean): void =>
    add(names, {
      kind: { kind },
      place: inIssue(column, optional),
      operators: orderedOperators,
      sort: { by: 'column', column, optional },
    });
  const text = (column: 'summary' | 'description' | 'environment', optional: boolean): void =>
    add(column, {
      kind: { kind: 'text', targets: [column], customFieldIds: [] },
      place: inIssue(column, optional),
      operators: textOperators,
      sort: { by: 'text', column },
    });

  oneOf('project', 'project_id', 'project', 'projects');
  add('projectType', {
    kind: { kind: 'projectType' },
    place: inIssue('project_id'),
    operators: plainOperators,
    sort: undefined,
  });
  oneOf('issuetype type', 'issue_type_id', choicesOf(reference.issueTypes.all), 'issue_types');
  oneOf('status', 'status_id', choicesOf(statuses.all), 'statuses');
  oneOf('statusCategory', 'status_id', categories, 'statuses');
  oneOf('priority', 'priority_id', choicesOf(reference.priorities.all), 'priorities', {
    optional: true,
    ordered: true,
    reversed: true,
  });
  oneOf('resolution', 'resolution_id', choicesOf(reference.resolutions.all), 'resolutions', {
    optional: true,
    ordered: true,
  });
  person('assignee', 'assignee_id');
  person('reporter', 'reporter_id');
  person('creator', 'creator_id');
  date('created createdDate', 'moment', 'created_at', false);
  date('updated updatedDate', 'moment', 'updated_at', false);
  date('resolutiondate resolved', 'moment', 'resolved_at', true);
  date('duedate due', 'day', 'due_date', true);
  text('summary', false);
  text('description', true);
  text('environment', true);
  add('issuekey key issue id', {
    kind: { kind: 'issue' },
    place: inIssue('id'),
    operators: orderedOperators,
    sort: { by: 'key' },
  });
  add('parent', {
    kind: { kind: 'issue' },
    place: inIssue('parent_id', true),
    operators: plainOperators,
    sort: undefined,
  });
  add('labels', {
    kind: { kind: 'label' },
    place: { in: 'labels' },
    operators: plainOperators,
    sort: { by: 'labels' },
  });
  add('comment', {
    kind: { kind: 'text', targets: ['comment'], customFieldIds: [] },
    place: { in: 'comments' },
    operators: new Set(contents),
    sort: undefined,
  });
  add('text', {
    kind: {
      kind: 'text',
      targets: [
        'summary',
        'description',
        'environment',
        'comment',
        ...(texts.length > 0 ? (['customField'] as const) : []),
      ],
      customFieldIds: texts,
    },
    place: undefined,
    operators: new Set<JqlOperator>(['~']),
    sort: undefined,
  });
  return fields;
}

function customField({ id, key, type, searcherKey, options }: CustomField): SearchField {
  const held = (kind: FieldKind, column: CustomColumn, operators: ReadonlySet<JqlOperator>): SearchField => ({
    id: key,
    kind,
    place: { in: 'custom', fieldId: id, column },
    operators,
    sort: { by: 'custom', fieldId: id, column },
  });
  switch (type.kind) {
    case 'float':
      return held({ kind: 'number' }, 'number_value', orderedOperators);
    case 'datepicker':
      return held({ kind: 'day' }, 'text_value', orderedOperators);
    case 'datetime':
      return held({ kind: 'moment' }, 'time_value', orderedOperators);
    case 'userpicker':
      return held({ kind: 'person' }, 'user_id', plainOperators);
    case 'labels':
    case 'url':
      return held({ kind: 'exact' }, 'text_value', plainOperators);
    case 'select':
    case 'multiselect':
    case 'radiobuttons':
    case 'multicheckboxes': {
      const values = choicesOf(options.map((option) => ({ id: option.id, name: option.value })));
      return held({ kind: 'choice', choices: values, missing: 'option' }, 'option_id', plainOperators);
    }
    default:
      return searcherKey?.endsWith(':exacttextsearcher')
        ? held({ kind: 'exact' }, 'text_value', plainOperators)
        : held({ kind: 'text', targets: ['customField'], customFieldIds: [id] }, 'text_value', textOperators);
  }
}
