import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouterState } from '@tanstack/react-router';
import {
  type ApplicationRequest,
  applicationRequestQuery,
  decideApplicationRequest,
} from '../../api/applications.ts';
import { ApiError } from '../../api/request.ts';
import { type SessionUser, signOut, useSession } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { CopyLine } from '../../components/copy.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { notifyFailure } from '../../components/notify.ts';
import { useArrival } from '../../components/page.tsx';
import { Loading, SignInButton } from '../../components/states.tsx';
import { WhyLink } from '../../components/why-link.tsx';
import { Doorway } from '../sign-in/doorway.tsx';
import signIn from '../sign-in/sign-in.module.css';
import classes from './consent.module.css';

const route = getRouteApi('/oauth1/authorize');

/** Where a person decides whether an application may act for them. */
export function Consent() {
  const { user } = useSession();
  const { oauth_token: token = '' } = route.useSearch();
  return <Doorway>{user ? <Asked token={token} user={user} /> : <SignInFirst />}</Doorway>;
}

function SignInFirst() {
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

function Asked({ token, user }: { token: string; user: SessionUser }) {
  const asked = useQuery(applicationRequestQuery(token));
  if (asked.isPending) return <Loading rows={5} label="Loading what the application asks for" />;
  if (asked.isError) return <NothingToDecide error={asked.error} />;
  return <Decision token={token} user={user} asked={asked.data} />;
}

function NothingToDecide({ error }: { error: unknown }) {
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

interface DecisionProps {
  token: string;
  user: SessionUser;
  asked: ApplicationRequest;
}

function Decision({ token, user, asked: { application, callback } }: DecisionProps) {
  const { site, administrator } = useSession();
  const heading = useArrival<HTMLHeadingElement>(`Allow ${application}?`);
  const deciding = useMutation({
    mutationFn: (approve: boolean) => decideApplicationRequest({ token, approve, accountId: user.accountId }),
    onSuccess: ({ location }) => {
      if (location !== null) window.location.assign(location);
    },
  });
  const { messages } = formErrors(deciding.error, []);
  if (deciding.data?.location === null) {
    return deciding.data.verifier === null ? (
      <Denied application={application} />
    ) : (
      <Verifier application={application} verifier={deciding.data.verifier} />
    );
  }
  const leaving = deciding.isPending || deciding.isSuccess;
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        Allow {application}?
      </h1>
      <p className={signIn.lead}>It asks to act for you on {site.title}.</p>
      <Person user={user} />
      <h2 className={classes.subhead}>It may then, in your name</h2>
      <ul className={classes.list}>
        <li>read every project and issue that you may see</li>
        <li>create, change and delete what you may</li>
        <li>do so for five years, and longer if it renews that, until you revoke it</li>
      </ul>
      <h2 className={classes.subhead}>It never</h2>
      <ul className={classes.list}>
        <li>sees your password</li>
        <li>makes API tokens, or changes how you sign in</li>
      </ul>
      {administrator && (
        <p className={classes.warning}>
          You administer this site, so the application may too. An account of its own is safer.
        </p>
      )}
      {messages.length > 0 && (
        <div className={classes.alert}>
          <FormAlert messages={messages} error={deciding.error} />
        </div>
      )}
      <div className={classes.buttons}>
        <Button
          variant="default"
          loading={leaving && deciding.variables === false}
          disabled={leaving}
          onClick={() => deciding.mutate(false)}
        >
          Deny
        </Button>
        <Button
          loading={leaving && deciding.variables === true}
          disabled={leaving}
          onClick={() => deciding.mutate(true)}
        >
          Allow
        </Button>
      </div>
      <p className={classes.where}>
        {callback === null
          ? 'You will get a code to type into the application.'
          : `You will go back to ${callback}.`}
      </p>
    </>
  );
}

/** Who decides: the one thing to look at twice on a shared computer. */
function Person({ user }: { user: SessionUser }) {
  const returnTo = useRouterState({ select: (state) => state.location.href });
  const navigate = route.useNavigate();
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

function Verifier({ application, verifier }: { application: string; verifier: string }) {
  const heading = useArrival<HTMLHeadingElement>('Copy the code');
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        Copy the code
      </h1>
      <p className={signIn.lead}>
        Paste it into {application} within ten minutes. It is good once, and for nobody but you.
      </p>
      <div className={classes.code}>
        <CopyLine value={verifier} label="Verification code" autoFocus />
      </div>
      <Afterwards />
    </>
  );
}

function Denied({ application }: { application: string }) {
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

const Afterwards = () => (
  <p className={signIn.foot}>
    <TextLink to="/account/applications">Your authorised applications</TextLink>
  </p>
);
