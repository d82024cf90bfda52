import { Alert, Button, Checkbox } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { safeReturnPath } from '../../api/base.ts';
import { goOnTo } from '../../api/go-on.ts';
import { passkeysWork } from '../../api/passkeys.ts';
import { ApiError } from '../../api/request.ts';
import { finishByCode, finishByPasskey, type SecondStep, secondStepQuery } from '../../api/second-step.ts';
import { CodeField } from '../../components/authenticator-setup.tsx';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { useArrival } from '../../components/page.tsx';
import { Loading } from '../../components/states.tsx';
import { Doorway } from './doorway.tsx';
import { Enrol } from './enrol.tsx';
import classes from './sign-in.module.css';

const route = getRouteApi('/sign-in/second-step');

/** After the password: what else shows who one is. */
export function SecondStepPage() {
  const step = useQuery(secondStepQuery);
  const goOn = useGoOn();
  return (
    <Doorway>
      {step.isPending && <Loading label="Loading" />}
      {step.isError && <Ended />}
      {step.data &&
        (step.data.enrol ? <Enrol enter={goOn} name={step.data.name} /> : <Take step={step.data} />)}
    </Doorway>
  );
}

/** Where the sign-in was going when it was interrupted. */
function useGoOn(): (returnTo: string | null) => Promise<void> {
  const { returnTo: own } = route.useSearch();
  const router = useRouter();
  return async (returnTo) => {
    await router.invalidate();
    await goOnTo(router, safeReturnPath(own ?? returnTo ?? undefined));
  };
}

function Ended() {
  const heading = useArrival<HTMLHeadingElement>('Sign in again');
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        Begin again
      </h1>
      <p className={classes.lead}>This sign-in has ended: it waits for ten minutes and five codes.</p>
      <ButtonLink to="/sign-in" fullWidth>
        Sign in
      </ButtonLink>
    </>
  );
}

function Take({ step }: { step: SecondStep }) {
  const goOn = useGoOn();
  const heading = useArrival<HTMLHeadingElement>('Second step');
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const [withRecovery, setWithRecovery] = useState(!step.totp && !step.passkey);
  const [trustDevice, setTrustDevice] = useState(false);
  const withCode = step.totp || withRecovery;
  useEffect(() => {
    if (withCode) input.current?.focus();
  }, [withCode]);
  const taking = useMutation({
    mutationFn: (by: 'code' | 'passkey') =>
      by === 'code' ? finishByCode(code.trim(), trustDevice) : finishByPasskey(trustDevice),
    onSuccess: ({ returnTo }) => goOn(returnTo),
    onError: () => {
      setCode('');
      input.current?.focus();
    },
  });
  const refusal = taking.error instanceof ApiError ? taking.error : null;
  const wrong = refusal?.fields.code;
  const said = wrong ? undefined : (refusal?.fields.passkey ?? taking.error?.message);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        One more step
      </h1>
      <p className={classes.lead}>
        {withRecovery
          ? 'Type one of the recovery codes that you kept. Each works once.'
          : step.totp
            ? 'Type the code that your authenticator app shows.'
            : 'Show your passkey: by fingerprint, face, PIN or security key.'}
      </p>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          taking.mutate('code');
        }}
      >
        {said && (
          <Alert color="red" role="alert" className={classes.alert}>
            {said}
          </Alert>
        )}
        {withCode && (
          <CodeField
            label={withRecovery ? 'Recovery code' : 'Code'}
            value={code}
            onChange={setCode}
            error={wrong}
            inputRef={input}
          />
        )}
        {withCode && (
          <Checkbox
            label="Do not ask on this device for 30 days"
            checked={trustDevice}
            onChange={(event) => setTrustDevice(event.currentTarget.checked)}
          />
        )}
        {withCode && (
          <Button type="submit" fullWidth loading={taking.isPending && taking.variables === 'code'}>
            Sign in
          </Button>
        )}
        {step.passkey && passkeysWork() && (
          <Button
            fullWidth
            variant={withCode ? 'default' : 'filled'}
            loading={taking.isPending && taking.variables === 'passkey'}
            onClick={() => taking.mutate('passkey')}
          >
            Use a passkey
          </Button>
        )}
      </form>
      <p className={classes.foot}>
        {step.recoveryCode && (
          <>
            <button type="button" className={classes.linklike} onClick={() => setWithRecovery(!withRecovery)}>
              {withRecovery ? 'Go back' : 'Use a recovery code'}
            </button>
            {' · '}
          </>
        )}
        <TextLink to="/sign-in" search={{}}>
          Not {step.name}? Begin again
        </TextLink>
      </p>
    </>
  );
}
