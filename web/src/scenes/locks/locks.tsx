import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { clearLocks, type Lock, locksQuery } from '../../api/locks.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { CheckIcon } from '../../components/icons.tsx';
import { TextLink } from '../../components/links.tsx';
import { notifyDone, notifyFailure } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import { whatIsClosed } from './what-is-closed.ts';

export function Locks() {
  return (
    <AdministratorsOnly title="Locks">
      <LockList />
    </AdministratorsOnly>
  );
}

function LockList() {
  const locks = useQuery(locksQuery);
  const clearing = useMutation({
    mutationFn: (lock: Lock) => clearLocks(lock.username),
    onSuccess: (_, lock) => notifyDone(`The failed login count of ${lock.username} is reset.`),
    onError: (error) => notifyFailure('The lock was not cleared', error),
  });
  return (
    <Page
      title="Locks"
      narrow
      intro={
        <>
          Who has to type the word in a picture, or cannot sign in at all, after too many failures. A day
          without one ends a lock by itself. How many are too many is one of the{' '}
          <TextLink to="/admin/settings" underline="always">
            settings
          </TextLink>
          .
        </>
      }
    >
      {locks.isPending && <Loading label="Loading locks" />}
      {locks.isError && <Failure error={locks.error} retry={locks.refetch} what="page" />}
      {locks.data?.length === 0 && (
        <Notice icon={<CheckIcon size={22} />} title="Nobody is locked out">
          Failed sign-ins are in the{' '}
          <TextLink underline="always" to="/admin/audit" search={{ event: 'sign-in', outcome: 'refused' }}>
            audit log
          </TextLink>
          .
        </Notice>
      )}
      {locks.data && locks.data.length > 0 && (
        <div className={table.frame}>
          <table className={`${table.table} ${table.stacked}`}>
            <thead>
              <tr>
                <th scope="col">Account</th>
                <th scope="col">What is closed</th>
                <th scope="col">Failures</th>
                <th scope="col">Since</th>
                <th scope="col">Last failure</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {locks.data.map((lock) => (
                <tr key={`${lock.username} ${lock.kind} ${lock.address}`}>
                  <td className={table.long}>
                    <span className={table.main}>{lock.user?.displayName ?? lock.username}</span>{' '}
                    <span className={table.dim}>{lock.user ? lock.username : '(nobody has this name)'}</span>
                  </td>
                  <td className={table.long}>{whatIsClosed(lock)}</td>
                  <td>
                    <span className={table.caption}>Failures </span>
                    {lock.failures}
                  </td>
                  <td>
                    <span className={table.caption}>Since </span>
                    <When at={lock.since} />
                  </td>
                  <td>
                    <span className={table.caption}>Last failure </span>
                    <When at={lock.lastFailureAt} />
                  </td>
                  <td className={table.end}>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      loading={clearing.isPending && clearing.variables === lock}
                      onClick={() => clearing.mutate(lock)}
                      aria-label={`Clear the locks of ${lock.username}`}
                    >
                      Clear
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  );
}
