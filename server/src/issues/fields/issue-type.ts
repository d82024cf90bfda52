import type { Project } from '../../projects/project-cache.ts';
import { collection } from '../../workflows/collection.ts';
import { type IssueType, issueTypesOf, type Reference, workflowOf } from '../../workflows/reference.ts';
import { issueTypeJson } from '../../workflows/reference-json.ts';
import { parseChoice } from './choice.ts';
import { type Field, fieldError } from './field.ts';

const invalid = 'The issue type selected is invalid.';

/** A type of the project's scheme; without a project any type there is. */
export function parseIssueType(
  value: unknown,
  reference: Reference,
  project: Project | undefined,
): IssueType {
  const types =
    project === undefined
      ? reference.issueTypes
      : collection(issueTypesOf(reference, project.issueTypeSchemeId));
  return parseChoice('issuetype', value, types, () => invalid);
}

/** Read before all other fields, since it decides which of them there are. */
export const issueType: Field = {
  id: 'issuetype',
  name: 'Issue Type',
  schema: { type: 'issuetype', system: 'issuetype' },
  verbs: ['set'],
  required: true,
  hasDefault: false,
  screens: ['create', 'edit'],
  apply(draft, { value }, { reference, project, screen }) {
    const chosen = parseIssueType(value, reference, project);
    if (screen === 'edit') {
      const before = reference.issueTypes.byId(draft.issueTypeId)!;
      if (!isEdit(before, chosen, reference, project!)) throw fieldError('issuetype', invalid);
    }
    draft.issueTypeId = chosen.id;
  },
  recorded: (draft, { reference }) => ({
    value: String(draft.issueTypeId),
    text: reference.issueTypes.byId(draft.issueTypeId)?.name ?? null,
  }),
  allowedValues({ issueType: type, reference, project, screen, wire }) {
    const types = issueTypesOf(reference, project.issueTypeSchemeId);
    const allowed = screen === 'create' ? [type] : types.filter((to) => isEdit(type, to, reference, project));
    return allowed.map((one) => issueTypeJson(one, wire.base));
  },
};

/**
 * Between sub-tasks and others, or between workflows, an issue is moved and not edited (Atlassian, "Move an
 * issue").
 */
function isEdit(from: IssueType, to: IssueType, reference: Reference, project: Project): boolean {
  const workflow = (type: IssueType) => workflowOf(reference, project.workflowSchemeId, type.id);
  return from.subtask === to.subtask && workflow(from) === workflow(to);
}
