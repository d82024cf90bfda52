/** Jira's four categories: fixed ids, keys, names and colours, on which boards and reports of clients rely. */
export interface StatusCategory {
  readonly id: number;
  readonly key: 'undefined' | 'new' | 'indeterminate' | 'done';
  readonly name: string;
  readonly colorName: string;
}

export const statusCategories: readonly StatusCategory[] = [
  { id: 1, key: 'undefined', name: 'No Category', colorName: 'medium-gray' },
  { id: 2, key: 'new', name: 'To Do', colorName: 'blue-gray' },
  { id: 4, key: 'indeterminate', name: 'In Progress', colorName: 'yellow' },
  { id: 3, key: 'done', name: 'Done', colorName: 'green' },
];

const byId = new Map(statusCategories.map((category) => [category.id, category]));

/** A status whose category is unknown counts as having none. */
export const statusCategory = (id: number): StatusCategory => byId.get(id) ?? statusCategories[0]!;

export const doneCategoryId = 3;
