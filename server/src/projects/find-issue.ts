import type { Actor } from '../identity.ts';
import type { Grants, IssueFacts } from '../permissions/permissions.ts';
import type { Project } from './project-cache.ts';

/** Finds an issue that who asks may see; throws what viewing it would. Issues stand above projects: app.ts lends it. */
export type FindIssue = (
  actor: Actor,
  idOrKey: string,
) => Promise<{ readonly project: Project; readonly issue: IssueFacts; readonly grants: Grants }>;
