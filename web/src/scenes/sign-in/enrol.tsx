import { Alert, Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError } from '../../api/request.ts';
import { beginEnrolment, finishEnrolment } from '../../api/second-step.ts';
import { AuthenticatorSetup } from '../../components/authenticator-setup.tsx';
import { useArrival } from '../../components/page.tsx';
import { RecoveryCodes } from '../../components/recovery-codes.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import classes from './sign-in.module.css';

/** Somebody whose group demands a second factor, and who has none yet: it is set up on the way in. */
export function Enrol({ enter, name }: { enter: (returnTo: string | null) => Promise<void>; name: string }) {
  const heading = useArrival<HTMLHeadingElement>('Set up a second step');
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const finishing = useMutation({
    mutationFn: () => finishEnrolment(code.trim()),
    onError: () => {
      setCode('');
      input.current?.focus();
    },
  });
  const begun = useQuery({
    queryKey: ['enrolment'],
    queryFn: beginEnrolment,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    // Once it is done there is nothing to set up any more.
    enabled: finishing.data === undefined,
    refetchOnWindowFocus: false,
  });
  const refusal = finishing.error instanceof ApiError ? finishing.error : null;
  const said = refusal?.fields.code ? undefined : finishing.error?.message;
  if (finishing.data) {
    const { recoveryCodes, returnTo, enter: become } = finishing.data;
    return (
      <>
        <h1 className={classes.heading}>Keep your recovery codes</h1>
        <p className={classes.lead}>
          If you lose your phone, each of these lets you in once. They are shown this once only.
        </p>
        <div className={classes.form}>
          <RecoveryCodes codes={recoveryCodes} account={name} />
          <Button
            fullWidth
            onClick={async () => {
              become();
              await enter(returnTo);
            }}
          >
            I have kept them
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        Set up a second step
      </h1>
      <p className={classes.lead}>
        Your administrator asks for more than a password. It takes a minute and an app on your phone.
      </p>
      {begun.isPending && <Loading label="Loading" />}
      {begun.isError && <Failure error={begun.error} retry={begun.refetch} what="page" />}
      {begun.data && (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            finishing.mutate();
          }}
        >
          {said && (
            <Alert color="red" role="alert" className={classes.alert}>
              {said}
            </Alert>
          )}
          <AuthenticatorSetup
            enrolment={begun.data}
            code={code}
            onCode={setCode}
            error={refusal?.fields.code}
            inputRef={input}
          />
          <Button type="submit" fullWidth loading={finishing.isPending}>
            Go on
          </Button>
        </form>
      )}
    </>
  );
}
