import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { clearLocks, locksOfQuery } from '../../api/locks.ts';
import { LockIcon } from '../../components/icons.tsx';
import { notifyDone, notifyFailure, reasonOf } from '../../components/notify.ts';
import { When } from '../../components/when.tsx';
import { sourceInWords, whatIsClosed } from '../locks/what-is-closed.ts';
import classes from './users.module.css';

/** Jira's words for it on its page of a user. Resetting counts at once, apart from the form around it. */
export function FailedLogins({ username }: { username: string }) {
  const failed = useQuery(locksOfQuery(username));
  const resetting = useMutation({
    mutationFn: () => clearLocks(username),
    onSuccess: () => notifyDone(`The failed login count of ${username} is reset.`),
    onError: (error) => notifyFailure('The failed login count was not reset', error),
  });
  if (failed.isError) return <p className={classes.none}>Failed logins: {reasonOf(failed.error)}</p>;
  const { locks = [] } = failed.data ?? {};
  const counts = (failed.data?.counts ?? []).filter(
    ({ address }) => !locks.some((lock) => lock.address === address),
  );
  return (
    <fieldset className={classes.memberships}>
      <legend className={classes.caption}>Failed logins</legend>
      {locks.length > 0 && (
        <div className={classes.locked}>
          <LockIcon />
          <div>
            <strong>CAPTCHA required at next login</strong>
            {locks.map((lock) => (
              <p key={`${lock.kind} ${lock.address}`} className={classes.lock}>
                {whatIsClosed(lock)}, since <When at={lock.since} />.
              </p>
            ))}
          </div>
        </div>
      )}
      {failed.data && locks.length === 0 && counts.length === 0 && (
        <p className={classes.none}>No failed login counts against this account.</p>
      )}
      {counts.length > 0 && (
        <ul className={classes.counts}>
          {counts.map((count) => (
            <li key={count.address}>
              {count.failures}{' '}
              {count.address === null
                ? 'with a wrong password, wherever from'
                : `in a row from ${sourceInWords(count.address)}`}
              , the last <When at={count.lastFailureAt} />
            </li>
          ))}
        </ul>
      )}
      {(locks.length > 0 || counts.length > 0) && (
        <Button
          variant="default"
          size="xs"
          mt={8}
          loading={resetting.isPending}
          onClick={() => resetting.mutate()}
        >
          Reset failed login count
        </Button>
      )}
    </fieldset>
  );
}
