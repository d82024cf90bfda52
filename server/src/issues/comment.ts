/** Who of those who see the issue may see a comment; null: all of them. */
export interface Visibility {
  readonly type: 'group' | 'role';
  readonly id: number;
}

export interface Comment {
  readonly id: number;
  readonly issueId: number;
  readonly authorId: number | null;
  readonly updaterId: number | null;
  readonly body: string;
  readonly visibilityType: Visibility['type'] | null;
  readonly visibilityId: number | null;
  /** Name of the group or role; null when it is visible to everyone. */
  readonly visibilityName: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The groups and roles of who reads, in the issue's project. */
export interface Memberships {
  readonly groupIds: ReadonlySet<number>;
  readonly roleIds: ReadonlySet<number>;
}

/** What is kept to a group or a role: comments and worklogs. */
export type Restricted = Pick<Comment, 'visibilityType' | 'visibilityId'>;

export function isVisible({ visibilityType, visibilityId }: Restricted, reader: Memberships): boolean {
  if (visibilityType === null || visibilityId === null) return true;
  const held = visibilityType === 'group' ? reader.groupIds : reader.roleIds;
  return held.has(visibilityId);
}
