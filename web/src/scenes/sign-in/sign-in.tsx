import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { safeReturnPath } from '../../api/base.ts';
import { goOnTo } from '../../api/go-on.ts';
import { type Ways, waysQuery } from '../../api/identity-providers.ts';
import { queryClient } from '../../api/query-client.ts';
import { ApiError } from '../../api/request.ts';
import { type Credentials, signIn, useSession } from '../../api/session.ts';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { useArrival } from '../../components/page.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { VisitProblem } from '../../components/visit-problem.tsx';
import { Captcha } from './captcha.tsx';
import { Doorway } from './doorway.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import { ProviderButton } from './provider-buttons.tsx';
import { SignInRefusal, wordWasWrong } from './refusal.tsx';
import classes from './sign-in.module.css';
import { useSecondsLeft } from './use-seconds-left.ts';

const route = getRouteApi('/sign-in');

export function SignIn() {
  const { returnTo, ended, signedOut, problem, request } = route.useSearch();
  const { user, site } = useSession();
  const router = useRouter();
  const heading = useArrival<HTMLHeadingElement>('Sign in');
  const nameInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [rememberMe, setRememberMe] = useState(false);
  const [withCaptcha, setWithCaptcha] = useState(false);
  const [captcha, setCaptcha] = useState('');
  const [round, setRound] = useState(0);
  const captchaInput = useRef<HTMLInputElement>(null);
  useEffect(() => nameInput.current?.focus(), []);
  const { data: ways } = useQuery(waysQuery(''));
  const providers = ways?.providers ?? [];
  // Where there is more than one way, the account is asked for first; else one form is one click less.
  const [named, setNamed] = useState(false);
  const [required, setRequired] = useState<Ways['providers'][number] | null>(null);
  const accountFirst = providers.length > 0 && !named;
  const naming = useMutation({
    mutationFn: () => queryClient.fetchQuery(waysQuery(username.trim())),
    onSuccess: (found) => {
      const wanted = found.providers.find(({ id }) => id === found.required) ?? null;
      setRequired(wanted);
      setNamed(true);
      if (wanted === null) setTimeout(() => passwordInput.current?.focus());
    },
  });
  const renamed = (name: string) => {
    setUsername(name);
    setNamed(false);
    setRequired(null);
  };

  const goOn = async () => {
    await router.invalidate();
    await goOnTo(router, safeReturnPath(returnTo));
  };
  const signingIn = useMutation({
    mutationFn: (credentials: Credentials) => signIn(credentials),
    onSuccess: async (next) => {
      if (next === 'signed-in') return goOn();
      await router.navigate({ to: '/sign-in/second-step', search: returnTo ? { returnTo } : {} });
    },
    onError: (error) => {
      const status = error instanceof ApiError ? error.status : 0;
      const asksForWord = error instanceof ApiError && error.fields.captcha !== undefined;
      setCaptcha('');
      setRound(round + 1);
      if (status !== 401 && status !== 403) return;
      setWithCaptcha(asksForWord);
      if (asksForWord) return;
      setPassword('');
      passwordInput.current?.focus();
    },
  });
  useEffect(() => {
    if (withCaptcha && round > 0) captchaInput.current?.focus();
  }, [withCaptcha, round]);
  const refusal = signingIn.error instanceof ApiError ? signingIn.error : null;
  const secondsLeft = useSecondsLeft(refusal?.status === 429 ? refusal.retryAfterSeconds : null, round);

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
      {problem && !signingIn.isError && <VisitProblem step={problem} requestId={request} />}
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          // A password manager may have filled both at once.
          if (accountFirst && password === '') return naming.mutate();
          signingIn.mutate({
            username: username.trim(),
            password,
            ...(rememberMe && { rememberMe }),
            ...(withCaptcha && { captcha: captcha.trim() }),
          });
        }}
      >
        {naming.isError && <SignInRefusal error={naming.error} />}
        {signingIn.isError && <SignInRefusal key={round} error={signingIn.error} />}
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
          onChange={(event) => renamed(event.currentTarget.value)}
        />
        {required && (
          <>
            <p className={classes.lead}>Your organisation signs in through {required.name}.</p>
            <ProviderButton provider={required} returnTo={returnTo} main />
          </>
        )}
        {/* Kept on the page before it is asked for, so that password managers fill it together with the name. */}
        <div
          className={accountFirst || required ? 'visually-hidden' : undefined}
          aria-hidden={accountFirst || required !== null}
        >
          <PasswordField
            ref={passwordInput}
            label="Password"
            name="password"
            autoComplete="current-password"
            required={!accountFirst && required === null}
            tabIndex={accountFirst || required ? -1 : undefined}
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        </div>
        {withCaptcha && (
          <Captcha
            round={round}
            inputRef={captchaInput}
            value={captcha}
            onChange={setCaptcha}
            error={refusal && wordWasWrong(refusal) ? refusal.fields.captcha : undefined}
          />
        )}
        {!accountFirst && !required && (
          <div className={classes.choices}>
            <Checkbox
              label="Remember me"
              checked={rememberMe}
              onChange={(event) => setRememberMe(event.currentTarget.checked)}
            />
            <TextLink to="/reset-password" size="sm">
              Forgot password?
            </TextLink>
          </div>
        )}
        {!required && (
          <Button
            type="submit"
            fullWidth
            loading={signingIn.isPending || naming.isPending}
            disabled={secondsLeft > 0}
          >
            {secondsLeft > 0 ? `Sign in (in ${secondsLeft} s)` : accountFirst ? 'Continue' : 'Sign in'}
          </Button>
        )}
        {accountFirst && (
          <>
            <p className={classes.or}>or</p>
            {providers.map((provider) => (
              <ProviderButton key={provider.id} provider={provider} returnTo={returnTo} />
            ))}
          </>
        )}
        <PasskeyButton rememberMe={rememberMe} signedIn={goOn} />
      </form>
      {required && (
        <p className={classes.foot}>
          <button type="button" className={classes.linklike} onClick={() => setRequired(null)}>
            Use a password instead
          </button>{' '}
          (accounts for emergencies only)
        </p>
      )}
      <p className={classes.foot}>
        <TextLink to="/issues" search={{}}>
          Look around without signing in
        </TextLink>
      </p>
    </Doorway>
  );
}
