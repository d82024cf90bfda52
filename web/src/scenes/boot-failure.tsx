import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Mark } from '../components/brand.tsx';
import { RetryIcon } from '../components/icons.tsx';
import { Notice, Reason } from '../components/states.tsx';
import classes from './boot-failure.module.css';

/** What is left to show when the app cannot start: it relies on nothing that was loaded. */
export function BootFailure(props: ErrorComponentProps) {
  return (
    <main className={classes.page}>
      <Mark size={36} />
      <Broken {...props} />
    </main>
  );
}

/** A page that broke, inside the shell that still works. */
export function BrokenPage(props: ErrorComponentProps) {
  return (
    <div className={classes.inside}>
      <Broken {...props} />
    </div>
  );
}

function Broken({ error }: ErrorComponentProps) {
  return (
    <Notice
      tone="alert"
      title="Tessera could not open this page"
      actions={
        <Button onClick={() => location.reload()} leftSection={<RetryIcon />}>
          Try again
        </Button>
      }
    >
      <Reason error={error} />
    </Notice>
  );
}
