import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Issue, type Transition, transitionIssue, transitionsQuery } from '../../api/issues.ts';
import { ChevronDownIcon } from '../../components/icons.tsx';
import { StatusBadge } from '../../components/issue-glyphs.tsx';
import { notifyFailure } from '../../components/notify.ts';
import { askedFields, TransitionDialog } from './transition-dialog.tsx';
import classes from './transitions.module.css';
import { useIssueChange } from './use-issue-change.ts';

/** As many as fit beside the status; the rest waits in a menu. */
const shownButtons = 4;

export function Transitions({ issue }: { issue: Issue }) {
  const { data } = useQuery(transitionsQuery(issue.key));
  const [asking, setAsking] = useState<Transition | null>(null);
  const moving = useIssueChange(issue.key, (transition: Transition) =>
    transitionIssue(issue.key, transition.id, {}),
  );
  // A workflow open in all directions also offers the way to where the issue already is.
  const transitions = (data?.transitions ?? []).filter(
    ({ name, to }) => to.id !== issue.fields.status.id || name !== to.name,
  );
  const go = (transition: Transition) => {
    if (askedFields(transition).length > 0) setAsking(transition);
    else
      moving.mutate(transition, {
        onError: (error) => notifyFailure(`“${transition.name}” did not work`, error),
      });
  };
  const busy = moving.isPending ? moving.variables.id : undefined;
  const rest = transitions.slice(shownButtons);
  return (
    <div className={classes.bar}>
      <span className={classes.status} role="status" aria-label={`Status: ${issue.fields.status.name}`}>
        <StatusBadge status={issue.fields.status} />
      </span>
      {transitions.length > 0 && (
        <fieldset className={classes.buttons}>
          <legend className="visually-hidden">Change the status</legend>
          {transitions.slice(0, shownButtons).map((transition) => (
            <Button
              key={transition.id}
              variant="default"
              size="xs"
              loading={busy === transition.id}
              disabled={busy !== undefined && busy !== transition.id}
              onClick={() => go(transition)}
            >
              {transition.name}
            </Button>
          ))}
          {rest.length > 0 && (
            <Menu>
              <Menu.Target>
                <Button variant="default" size="xs" rightSection={<ChevronDownIcon size={13} />}>
                  More
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {rest.map((transition) => (
                  <Menu.Item key={transition.id} onClick={() => go(transition)}>
                    {transition.name}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </fieldset>
      )}
      {asking && <TransitionDialog issue={issue} transition={asking} close={() => setAsking(null)} />}
    </div>
  );
}
