import { Alert, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { passkeysWork } from '../../api/passkeys.ts';
import { signInByPasskey } from '../../api/second-step.ts';
import classes from './sign-in.module.css';

/** A passkey says by itself whose it is: no name, no password. */
export function PasskeyButton({
  rememberMe,
  signedIn,
}: {
  rememberMe: boolean;
  signedIn: () => Promise<void>;
}) {
  const using = useMutation({ mutationFn: () => signInByPasskey(rememberMe), onSuccess: signedIn });
  if (!passkeysWork()) return null;
  return (
    <>
      <p className={classes.or}>or</p>
      {using.isError && (
        <Alert color="red" role="alert" className={classes.alert}>
          {using.error.message}
        </Alert>
      )}
      <Button variant="default" fullWidth loading={using.isPending} onClick={() => using.mutate()}>
        Sign in with a passkey
      </Button>
    </>
  );
}
