import { Button } from '@mantine/core';
import { assignIssue, type Issue } from '../../api/issues.ts';
import { useSession } from '../../api/session.ts';
import { userId, userRef } from '../../api/users.ts';
import { notifyFailure } from '../../components/notify.ts';
import { When } from '../../components/when.tsx';
import classes from './details.module.css';
import { InlineField } from './inline-field.tsx';
import type { MayI } from './issue-view.tsx';
import { sideFieldsOf } from './shown-fields.ts';
import { useIssueChange } from './use-issue-change.ts';

export function Details({ issue, may }: { issue: Issue; may: MayI }) {
  const { fields } = issue;
  const { originalEstimate, timeSpent, remainingEstimate } = fields.timetracking ?? {};
  const mayAssign = may('ASSIGN_ISSUES');
  return (
    <aside className={classes.details} aria-label="Details">
      <dl className={classes.list}>
        {sideFieldsOf(issue).map((field) => (
          <div key={field.id} className={classes.field}>
            <dt>{field.meta.name}</dt>
            <dd>
              <InlineField
                issue={issue}
                field={field.id === 'assignee' ? { ...field, editable: field.editable || mayAssign } : field}
              />
              {field.id === 'assignee' && mayAssign && <AssignToMe issue={issue} />}
            </dd>
          </div>
        ))}
      </dl>
      {(timeSpent ?? originalEstimate ?? remainingEstimate) && (
        <dl className={classes.dates}>
          {originalEstimate && <Amount label="Estimated" amount={originalEstimate} />}
          {timeSpent && <Amount label="Spent" amount={timeSpent} />}
          {remainingEstimate && <Amount label="Remaining" amount={remainingEstimate} />}
        </dl>
      )}
      <dl className={classes.dates}>
        <Moment label="Created" at={fields.created} />
        <Moment label="Updated" at={fields.updated} />
        {fields.resolutiondate && <Moment label="Resolved" at={fields.resolutiondate} />}
      </dl>
    </aside>
  );
}

function AssignToMe({ issue }: { issue: Issue }) {
  const { user } = useSession();
  const assigning = useIssueChange(issue.key, () => assignIssue(issue.key, user && userRef(user)));
  const { assignee } = issue.fields;
  if (!user || (assignee && userId(assignee) === userId(user))) return null;
  return (
    <Button
      variant="transparent"
      size="compact-xs"
      className={classes.mine}
      loading={assigning.isPending}
      onClick={() =>
        assigning.mutate(undefined, { onError: (error) => notifyFailure('It was not assigned', error) })
      }
    >
      Assign to me
    </Button>
  );
}

function Amount({ label, amount }: { label: string; amount: string }) {
  return (
    <div className={classes.moment}>
      <dt>{label}</dt>
      <dd>{amount}</dd>
    </div>
  );
}

function Moment({ label, at }: { label: string; at: string }) {
  return (
    <div className={classes.moment}>
      <dt>{label}</dt>
      <dd>
        <When at={at} />
      </dd>
    </div>
  );
}
