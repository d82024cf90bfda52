import type { demoAccounts } from './demo-accounts.ts';

export type DemoName = keyof typeof demoAccounts;
export type Everyone<T> = Readonly<Record<DemoName, T>>;

/** An issue as the demonstration tells its story; whoever it is `by` reported it. */
export interface DemoIssue {
  readonly type: 'Epic' | 'Story' | 'Task' | 'Bug' | 'Sub-task';
  readonly summary: string;
  readonly by: DemoName;
  readonly to?: DemoName;
  readonly text?: string;
  readonly environment?: string;
  /** Medium if left out. */
  readonly priority?: 'Highest' | 'High' | 'Low' | 'Lowest';
  readonly labels?: readonly string[];
  /** Number of the issue it is a sub-task of. */
  readonly parent?: number;
  readonly points?: number;
  /** Days from today; negative: it was due then. */
  readonly due?: number;
  /** Where it has got to; To Do if left out. */
  readonly status?: 'In Progress' | 'Done';
  readonly resolution?: "Won't Do" | 'Duplicate' | 'Cannot Reproduce';
  readonly comments?: readonly (readonly [DemoName, string])[];
}
