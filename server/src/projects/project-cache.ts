import { cachedByRevision } from '../db/revision.ts';
import { fold } from '../lib/fold.ts';
import type { ProjectFacts } from '../permissions/permissions.ts';
import { listProjects } from './project-store.ts';

export interface Project extends ProjectFacts {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly typeKey: string;
  readonly assigneeType: 'PROJECT_LEAD' | 'UNASSIGNED';
  readonly issueTypeSchemeId: number;
  readonly workflowSchemeId: number;
  readonly createdAt: number;
}

export interface Projects {
  /** In the order of their names, as Jira lists them. */
  readonly all: readonly Project[];
  byId(id: number): Project | undefined;
  /** Keys are upper case; any case finds them, as in Jira's addresses. */
  byKey(key: string): Project | undefined;
  byName(name: string): Project | undefined;
}

export const projectsAt = cachedByRevision(async (db): Promise<Projects> => {
  const all = await listProjects(db);
  const collator = new Intl.Collator('en', { sensitivity: 'base' });
  all.sort((a, b) => collator.compare(a.name, b.name) || a.id - b.id);
  const ids = new Map(all.map((project) => [project.id, project]));
  const keys = new Map(all.map((project) => [project.key, project]));
  const names = new Map(all.map((project) => [fold(project.name), project]));
  return {
    all,
    byId: (id) => ids.get(id),
    byKey: (key) => keys.get(key) ?? keys.get(key.toUpperCase()),
    byName: (name) => names.get(fold(name)),
  };
});
