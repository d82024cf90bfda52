import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { ApiError } from '../../api/request.ts';
import { type SessionUser, signOut } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { notifyFailure } from '../../components/notify.ts';
import { useArrival } from '../../components/page.tsx';
import { SignInButton } from '../../components/states.tsx';
import { WhyLink } from '../../components/why-link.tsx';
import signIn from '../sign-in/sign-in.module.css';
import classes from './consent.module.css';

/** What the pages have in common where people let applications in, whatever protocol these speak. */
export function SignInFirst() {
  const heading = useArrival<HTMLHeadingElement>('Sign in to decide');
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        Sign in to decide
      </h1>
      <p className={signIn.lead}>An application asks to act for you. First show who you are.</p>
      <div className={classes.code}>
        <SignInButton />
      </div>
    </>
  );
}

export function NothingToDecide({ error }: { error: unknown }) {
  const heading = useArrival<HTMLHeadingElement>('Nothing to decide');
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        Nothing to decide
      </h1>
      <p className={signIn.lead}>
        {error instanceof ApiError ? error.message : 'The server does not answer.'} <WhyLink error={error} />
      </p>
      <div className={classes.code}>
        <ButtonLink to="/" variant="default" fullWidth>
          Go to the start page
        </ButtonLink>
      </div>
    </>
  );
}

/** Who decides: the one thing to look at twice on a shared computer. */
export function Person({ user }: { user: SessionUser }) {
  const returnTo = useRouterState({ select: (state) => state.location.href });
  const navigate = useNavigate();
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: () => navigate({ to: '/sign-in', search: { returnTo } }),
    onError: (error) => notifyFailure('You are still signed in', error),
  });
  return (
    <div className={classes.person}>
      <Avatar user={user} size={32} />
      <span className={classes.names}>
        <span className={classes.name}>{user.displayName}</span>
        <span className={classes.dim}>{user.emailAddress}</span>
      </span>
      <button type="button" className={signIn.linklike} onClick={() => leaving.mutate()}>
        Not you?
      </button>
    </div>
  );
}

interface DecisionButtonsProps {
  /** A decision is under way, or the browser is leaving with one. */
  busy: boolean;
  /** What was decided, while it is. */
  decided: boolean | undefined;
  decide: (allow: boolean) => void;
  /** A refusal of the decision. */
  error: unknown;
}

/** Deny or allow, and what came of trying. */
export function DecisionButtons({ busy, decided, decide, error }: DecisionButtonsProps) {
  const { messages } = formErrors(error, []);
  return (
    <>
      {messages.length > 0 && (
        <div className={classes.alert}>
          <FormAlert messages={messages} error={error} />
        </div>
      )}
      <div className={classes.buttons}>
        <Button
          variant="default"
          loading={busy && decided === false}
          disabled={busy}
          onClick={() => decide(false)}
        >
          Deny
        </Button>
        <Button loading={busy && decided === true} disabled={busy} onClick={() => decide(true)}>
          Allow
        </Button>
      </div>
    </>
  );
}

export function Denied({ application }: { application: string }) {
  const heading = useArrival<HTMLHeadingElement>('Denied');
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        {application} gets no access
      </h1>
      <p className={signIn.lead}>You can close this window.</p>
      <Afterwards />
    </>
  );
}

export const Afterwards = () => (
  <p className={signIn.foot}>
    <TextLink to="/account/applications">Your authorised applications</TextLink>
  </p>
);
