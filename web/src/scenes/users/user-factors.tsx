import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { factorsOfQuery, resetFactors } from '../../api/factors.ts';
import type { User } from '../../api/users.ts';
import { notifyDone, notifyFailure, reasonOf } from '../../components/notify.ts';
import classes from './users.module.css';

/** For who has lost phone and codes. It counts at once, apart from the form around it. */
export function UserFactors({ user }: { user: User }) {
  const accountId = user.accountId ?? '';
  const factors = useQuery(factorsOfQuery(accountId));
  const resetting = useMutation({
    mutationFn: () => resetFactors(accountId),
    onSuccess: () =>
      notifyDone(`${user.displayName} signs in with the password alone, and is signed out everywhere.`),
    onError: (error) => notifyFailure('The second factors were not removed', error),
  });
  if (factors.isError) return <p className={classes.none}>Second step: {reasonOf(factors.error)}</p>;
  const { authenticator, passkeys, recoveryCodesLeft } = factors.data ?? {
    authenticator: null,
    passkeys: [],
    recoveryCodesLeft: 0,
  };
  const parts = [
    ...(authenticator ? ['an authenticator app'] : []),
    ...(passkeys.length > 0 ? [`${passkeys.length} ${passkeys.length === 1 ? 'passkey' : 'passkeys'}`] : []),
  ];
  return (
    <fieldset className={classes.memberships}>
      <legend className={classes.caption}>Second step</legend>
      <p className={classes.none}>
        {factors.isPending
          ? 'Loading…'
          : parts.length === 0
            ? 'None is set up.'
            : `${parts.join(' and ')}, ${recoveryCodesLeft} recovery codes left.`}
      </p>
      {parts.length > 0 && (
        <Button
          variant="default"
          size="xs"
          mt={8}
          loading={resetting.isPending}
          onClick={() => resetting.mutate()}
        >
          Remove all of them
        </Button>
      )}
    </fieldset>
  );
}
