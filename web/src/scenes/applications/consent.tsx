import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import {
  type ApplicationRequest,
  applicationRequestQuery,
  decideApplicationRequest,
} from '../../api/applications.ts';
import { type SessionUser, useSession } from '../../api/session.ts';
import { CopyLine } from '../../components/copy.tsx';
import { useArrival } from '../../components/page.tsx';
import { Loading } from '../../components/states.tsx';
import { Doorway } from '../sign-in/doorway.tsx';
import signIn from '../sign-in/sign-in.module.css';
import classes from './consent.module.css';
import {
  Afterwards,
  DecisionButtons,
  Denied,
  NothingToDecide,
  Person,
  SignInFirst,
} from './consent-parts.tsx';

const route = getRouteApi('/oauth1/authorize');

/** Where a person decides whether an application may act for them. */
export function Consent() {
  const { user } = useSession();
  const { oauth_token: token = '' } = route.useSearch();
  return <Doorway>{user ? <Asked token={token} user={user} /> : <SignInFirst />}</Doorway>;
}

function Asked({ token, user }: { token: string; user: SessionUser }) {
  const asked = useQuery(applicationRequestQuery(token));
  if (asked.isPending) return <Loading rows={5} label="Loading what the application asks for" />;
  if (asked.isError) return <NothingToDecide error={asked.error} />;
  return <Decision token={token} user={user} asked={asked.data} />;
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
      <DecisionButtons
        busy={leaving}
        decided={deciding.variables}
        decide={deciding.mutate}
        error={deciding.error}
      />
      <p className={classes.where}>
        {callback === null
          ? 'You will get a code to type into the application.'
          : `You will go back to ${callback}.`}
      </p>
    </>
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
