import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type HealthCheck, healthQuery } from '../../api/health.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { AlertIcon, CheckIcon, CloseIcon, RetryIcon } from '../../components/icons.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import classes from './health.module.css';

export function Health() {
  return (
    <AdministratorsOnly title="Health">
      <Checks />
    </AdministratorsOnly>
  );
}

const states = {
  error: { name: 'Broken', icon: <CloseIcon size={14} /> },
  warning: { name: 'Look at this', icon: <AlertIcon size={14} /> },
  ok: { name: 'Good', icon: <CheckIcon size={14} /> },
} as const;

const order = Object.keys(states);

function Checks() {
  const health = useQuery(healthQuery);
  const checks = [...(health.data ?? [])].sort(
    (one, other) => order.indexOf(one.state) - order.indexOf(other.state),
  );
  const bad = checks.filter(({ state }) => state !== 'ok').length;
  return (
    <Page
      title="Health"
      narrow
      intro="What the server checks about itself: how it is set up, and whether everything it relies on works."
      actions={
        <Button
          variant="default"
          leftSection={<RetryIcon />}
          loading={health.isFetching && !health.isPending}
          onClick={() => health.refetch()}
        >
          Check again
        </Button>
      }
    >
      {health.isPending && <Loading label="Checking" />}
      {health.isError && <Failure error={health.error} retry={health.refetch} what="page" />}
      {health.data && (
        <>
          <p className={classes.summary} role="status">
            {bad === 0
              ? `All ${checks.length} checks are good.`
              : `${bad} of ${checks.length} ${bad === 1 ? 'checks needs' : 'checks need'} a look.`}
          </p>
          <ul className={classes.checks}>
            {checks.map((check) => (
              <Check key={check.id} check={check} />
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}

function Check({ check: { state, title, text } }: { check: HealthCheck }) {
  const { name, icon } = states[state] ?? states.warning;
  return (
    <li className={classes.check}>
      <span className={classes.state} data-state={state}>
        {icon} {name}
      </span>
      <div className={classes.words}>
        <h2 className={classes.title}>{title}</h2>
        <p className={classes.text}>{text}</p>
      </div>
    </li>
  );
}
