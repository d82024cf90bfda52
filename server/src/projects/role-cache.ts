import { cachedByRevision } from '../db/revision.ts';
import { type Collection, collection } from '../workflows/collection.ts';
import { listRoles } from './role-store.ts';

export interface ProjectRole {
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

export const rolesAt = cachedByRevision(
  async (db): Promise<Collection<ProjectRole>> => collection(await listRoles(db)),
);
