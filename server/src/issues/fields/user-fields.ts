import { quoted } from './choice.ts';
import { type Draft, type Field, fieldError, type Naming, nothingRecorded, type Recorded } from './field.ts';
import { parseUser, wordsOf } from './user-reference.ts';

export const assignee: Field = {
  id: 'assignee',
  name: 'Assignee',
  schema: { type: 'user', system: 'assignee' },
  verbs: ['set'],
  required: false,
  hasDefault: true,
  screens: ['create', 'edit', 'transition'],
  permission: 'ASSIGN_ISSUES',
  namesUsers: wordsOf,
  apply(draft, { value }, context) {
    const given = parseUser('assignee', value, context.users);
    if (given === 'none') draft.assigneeId = null;
    else if (given === 'automatic') draft.assigneeId = context.automaticAssigneeId;
    else {
      if (context.project !== undefined && !context.assignable.has(given.id)) {
        throw fieldError('assignee', `User ${quoted(given.name)} cannot be assigned issues.`);
      }
      draft.assigneeId = given.id;
    }
  },
  recorded: (draft, naming) => recordedUser(draft.assigneeId, naming),
  autoCompletePath: ({ project }) =>
    `/rest/api/latest/user/assignable/search?project=${project.key}&username=`,
};

export const reporter: Field = {
  id: 'reporter',
  name: 'Reporter',
  schema: { type: 'user', system: 'reporter' },
  verbs: ['set'],
  required: true,
  hasDefault: true,
  screens: ['create', 'edit'],
  permission: 'MODIFY_REPORTER',
  namesUsers: wordsOf,
  apply(draft, { value }, { users }) {
    const given = parseUser('reporter', value, users);
    if (given === 'none' || given === 'automatic') throw fieldError('reporter', 'Reporter is required.');
    if (!given.active) throw fieldError('reporter', 'The reporter specified is not a user.');
    draft.reporterId = given.id;
  },
  recorded: (draft: Draft, naming) => recordedUser(draft.reporterId, naming),
  autoCompletePath: () => '/rest/api/latest/user/search?username=',
};

export function recordedUser(id: number | null, { users }: Naming): Recorded {
  if (id === null) return nothingRecorded;
  const user = users.get(id);
  return { value: user?.key ?? null, text: user?.displayName ?? null };
}
