import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { authorisationQuery, decideAuthorisation } from '../../api/applications.ts';
import { type SessionUser, useSession } from '../../api/session.ts';
import { useArrival } from '../../components/page.tsx';
import { Loading } from '../../components/states.tsx';
import { Doorway } from '../sign-in/doorway.tsx';
import signIn from '../sign-in/sign-in.module.css';
import classes from './consent.module.css';
import { DecisionButtons, NothingToDecide, Person, SignInFirst } from './consent-parts.tsx';
import { MayDo } from './may-do.tsx';

const route = getRouteApi('/oauth2/consent/$visitId');

/** Where a person decides whether an application of OAuth 2.0 gets what it asks for. */
export function AuthorisationPage() {
  const { user } = useSession();
  const { visitId } = route.useParams();
  return <Doorway>{user ? <Asked id={visitId} user={user} /> : <SignInFirst />}</Doorway>;
}

function Asked({ id, user }: { id: string; user: SessionUser }) {
  const asked = useQuery(authorisationQuery(id));
  if (asked.isPending) return <Loading rows={5} label="Loading what the application asks for" />;
  if (asked.isError) return <NothingToDecide error={asked.error} />;
  return <Decision id={id} user={user} asked={asked.data} />;
}

interface DecisionProps {
  id: string;
  user: SessionUser;
  asked: Parameters<typeof MayDo>[0]['asked'] & { redirectHost: string };
}

function Decision({ id, user, asked }: DecisionProps) {
  const { site } = useSession();
  const heading = useArrival<HTMLHeadingElement>(`Allow ${asked.application}?`);
  const deciding = useMutation({
    mutationFn: (allow: boolean) => decideAuthorisation(id, { allow, accountId: user.accountId }),
    onSuccess: ({ location }) => window.location.assign(location),
  });
  const leaving = deciding.isPending || deciding.isSuccess;
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        Allow {asked.application}?
      </h1>
      <p className={signIn.lead}>It asks for access to your account on {site.title}.</p>
      <Person user={user} />
      <MayDo asked={asked} />
      <DecisionButtons
        busy={leaving}
        decided={deciding.variables}
        decide={deciding.mutate}
        error={deciding.error}
      />
      <p className={classes.where}>You will go back to {asked.redirectHost}.</p>
    </>
  );
}
