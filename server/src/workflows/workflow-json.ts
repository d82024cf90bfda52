import type { WorkflowView } from './workflows.ts';

export function workflowJson({ workflow, isDefault }: WorkflowView) {
  return {
    name: workflow.name,
    description: workflow.description,
    /** Jira counts a workflow's statuses as its steps. */
    steps: workflow.statuses.length,
    default: isDefault,
  };
}
