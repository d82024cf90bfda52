/** A workflow's `definition` column, as stored: JSON. */
export interface WorkflowDefinition {
  readonly initialStatus: number;
  readonly statuses: readonly number[];
  readonly transitions: readonly WorkflowTransition[];
}

export interface WorkflowTransition {
  readonly id: number;
  readonly name: string;
  /** Empty: from any status. */
  readonly from: readonly number[];
  readonly to: number;
}

export interface Workflow extends WorkflowDefinition {
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

export function transitionsFrom(workflow: Workflow, statusId: number): WorkflowTransition[] {
  return workflow.transitions.filter(({ from }) => from.length === 0 || from.includes(statusId));
}
