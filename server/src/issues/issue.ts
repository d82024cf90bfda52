/** An issue's own columns. */
export interface Issue {
  readonly id: number;
  readonly projectId: number;
  /** The number in its key. */
  readonly number: number;
  readonly issueTypeId: number;
  readonly parentId: number | null;
  readonly summary: string;
  readonly description: string | null;
  readonly environment: string | null;
  readonly statusId: number;
  readonly priorityId: number | null;
  readonly resolutionId: number | null;
  readonly assigneeId: number | null;
  readonly reporterId: number | null;
  readonly creatorId: number | null;
  /** yyyy-MM-dd */
  readonly dueDate: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | null;
  /** Seconds; null: none was ever given, or logged. */
  readonly originalEstimate: number | null;
  readonly remainingEstimate: number | null;
  readonly timeSpent: number | null;
}

/** An issue as its parent or its sub-tasks show it. */
export type RelatedIssue = Pick<
  Issue,
  | 'id'
  | 'projectId'
  | 'number'
  | 'parentId'
  | 'summary'
  | 'issueTypeId'
  | 'statusId'
  | 'priorityId'
  | 'assigneeId'
  | 'reporterId'
  | 'originalEstimate'
  | 'remainingEstimate'
  | 'timeSpent'
>;

/** One value of a custom field; which member holds it follows from the field's type. */
export interface CustomValue {
  readonly issueId: number;
  readonly fieldId: number;
  readonly text: string | null;
  readonly number: number | null;
  readonly time: number | null;
  readonly optionId: number | null;
  readonly userId: number | null;
}
