import type { CreatableProject, IssueType } from '../../api/fields.ts';

const storageKey = 'tessera-last-created';

/** What the place one comes from suggests. */
export interface CreateDefaults {
  projectKey: string | undefined;
}

interface Choice {
  projectKey?: string;
  typeId?: string | undefined;
}

/** The project asked for, else the one of the last issue created here, else the first. */
export function chooseProject(projects: CreatableProject[], wanted: string | undefined): CreatableProject {
  const find = (key: string | undefined) => projects.find((project) => project.key === key);
  return find(wanted) ?? find(lastChoice().projectKey) ?? (projects[0] as CreatableProject);
}

/** Types differ between projects; a sub-task is never the first offer, as it needs a parent. */
export function chooseType(project: CreatableProject, wanted: string | undefined): IssueType | undefined {
  const find = (id: string | undefined) => project.issuetypes.find((type) => type.id === id);
  return (
    find(wanted) ??
    find(lastChoice().typeId) ??
    project.issuetypes.find((type) => type.name === 'Task') ??
    project.issuetypes.find((type) => !type.subtask) ??
    project.issuetypes[0]
  );
}

export function rememberChoice(projectKey: string, typeId: string | undefined): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ projectKey, typeId } satisfies Choice));
  } catch {
    // Storage is forbidden: the next dialog starts afresh.
  }
}

function lastChoice(): Choice {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Choice;
  } catch {
    return {};
  }
}
