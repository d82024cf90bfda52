import type { Visibility } from './comment.ts';

/** Work on an issue that somebody logged. */
export interface Worklog {
  readonly id: number;
  readonly issueId: number;
  readonly authorId: number | null;
  readonly updaterId: number | null;
  readonly comment: string;
  readonly startedAt: number;
  readonly seconds: number;
  readonly visibilityType: Visibility['type'] | null;
  readonly visibilityId: number | null;
  readonly visibilityName: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}
