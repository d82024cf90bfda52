import { type Field, nothingRecorded } from './field.ts';

/** `update.comment: [{add: {body}}]`; what is added is read and written by comments.ts. */
export const comment: Field = {
  id: 'comment',
  name: 'Comment',
  schema: { type: 'comments-page', system: 'comment' },
  verbs: ['add'],
  required: false,
  hasDefault: false,
  screens: ['edit', 'transition'],
  permission: 'ADD_COMMENTS',
  apply() {},
  recorded: () => nothingRecorded,
};
