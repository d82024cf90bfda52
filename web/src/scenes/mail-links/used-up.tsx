import type { ReactNode } from 'react';
import { ApiError } from '../../api/request.ts';
import classes from '../sign-in/sign-in.module.css';

/** The link itself was refused, rather than what was typed. */
export function isLinkRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500 && error.fields.code !== undefined;
}

/** A link that was used already, is too old or was never right, in the server's words; and what to do then. */
export function UsedUp({ error, children }: { error: unknown; children: ReactNode }) {
  const reason = error instanceof ApiError ? error.fields.code : undefined;
  return (
    <div className={classes.form}>
      <p className={classes.lead} role="alert">
        {reason}
      </p>
      {children}
    </div>
  );
}
