import { projectRefJson } from '../../projects/project-json.ts';
import { type Field, nothingRecorded } from './field.ts';

/** Read before everything else (new-issue.ts); here for what createmeta says of it. */
export const project: Field = {
  id: 'project',
  name: 'Project',
  schema: { type: 'project', system: 'project' },
  verbs: ['set'],
  required: true,
  hasDefault: false,
  screens: ['create'],
  apply() {},
  recorded: () => nothingRecorded,
  allowedValues: ({ project: own, wire }) => [projectRefJson(own, wire)],
};
