import { type IssueAddress, parseIssueAddress } from '../issue-key.ts';
import { type Field, fieldError, isObject, nothingRecorded, requireObject, textOf } from './field.ts';

/** The issue that `{key}` or `{id}` names, for looking it up. */
export function parentAddress(value: unknown): IssueAddress | undefined {
  if (!isObject(value)) return undefined;
  const text = textOf(value, 'id') ?? textOf(value, 'key');
  return text === undefined ? undefined : parseIssueAddress(text);
}

/** The issue that a sub-task belongs to; stays what it was made with. */
export const parent: Field = {
  id: 'parent',
  name: 'Parent',
  schema: { type: 'issuelink', system: 'parent' },
  verbs: ['set'],
  required: true,
  hasDefault: false,
  screens: ['create'],
  isOn: (issueType) => issueType.subtask,
  apply(draft, { value }, { parent: found, project, reference }) {
    const object = requireObject('parent', value);
    if (textOf(object, 'id') === undefined && textOf(object, 'key') === undefined) {
      throw fieldError('parent', `Could not find valid 'id' or 'key' in the object.`);
    }
    if (found === undefined) throw fieldError('parent', 'Could not find issue by id or key.');
    // Named, whatever else is wrong with it: check() has nothing to add.
    draft.parentId = found.id;
    if (project !== undefined && found.projectId !== project.id) {
      throw fieldError('project', 'Sub-tasks must be created in the same project as the parent.');
    }
    if (reference.issueTypes.byId(found.issueTypeId)?.subtask) {
      throw fieldError('parent', 'A sub-task cannot be the parent of another issue.');
    }
  },
  check(draft, { issueType, screen }) {
    if (screen === 'create' && issueType?.subtask && draft.parentId === null) {
      throw fieldError('issuetype', 'Issue type is a sub-task but parent issue key or id not specified.');
    }
  },
  recorded: () => nothingRecorded,
};
