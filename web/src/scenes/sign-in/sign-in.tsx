import { Alert, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { safeReturnPath } from '../../api/base.ts';
import { ApiError } from '../../api/request.ts';
import { signIn, useSession } from '../../api/session.ts';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { useArrival } from '../../components/page.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { Doorway } from './doorway.tsx';
import classes from './sign-in.module.css';

const route = getRouteApi('/sign-in');

export function SignIn() {
  const { returnTo, ended, signedOut } = route.useSearch();
  const { user, site } = useSession();
  const router = useRouter();
  const heading = useArrival<HTMLHeadingElement>('Sign in');
  const nameInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  useEffect(() => nameInput.current?.focus(), []);

  const signingIn = useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      await router.invalidate();
      await router.navigate({ href: safeReturnPath(returnTo), replace: true });
    },
    onError: () => {
      setPassword('');
      passwordInput.current?.focus();
    },
  });

  if (user && !signingIn.isSuccess) {
    return (
      <Doorway>
        <h1 ref={heading} tabIndex={-1} className={classes.heading}>
          You are signed in
        </h1>
        <p className={classes.lead}>as {user.displayName}.</p>
        <ButtonLink to="/" fullWidth>
          Go to the start page
        </ButtonLink>
      </Doorway>
    );
  }

  return (
    <Doorway>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        Sign in to {site.title}
      </h1>
      {ended && <p className={classes.lead}>Your session has ended. Sign in to go on where you were.</p>}
      {signedOut && <p className={classes.lead}>You have signed out.</p>}
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          signingIn.mutate({ username: username.trim(), password });
        }}
      >
        {signingIn.isError && (
          <Alert color="red" role="alert" className={classes.alert}>
            {wordsFor(signingIn.error)}
          </Alert>
        )}
        <TextInput
          ref={nameInput}
          label="E-mail or user name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordField
          ref={passwordInput}
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth loading={signingIn.isPending} mt={4}>
          Sign in
        </Button>
      </form>
      <p className={classes.foot}>
        <TextLink to="/issues" search={{}}>
          Look around without signing in
        </TextLink>
      </p>
    </Doorway>
  );
}

function wordsFor(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Signing in failed. Try again.';
  if (error.status === 401) return 'The e-mail or user name, or the password, is not right.';
  return error.messages.join(' ') || error.message;
}
