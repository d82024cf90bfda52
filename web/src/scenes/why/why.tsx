import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type Refusal, refusalQuery } from '../../api/refusals.ts';
import { ApiError } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { HelpIcon, LockIcon } from '../../components/icons.tsx';
import { inWords } from '../../components/in-words.ts';
import { TextLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice, SignInButton } from '../../components/states.tsx';
import { fullTime, parseTime } from '../../components/when.tsx';
import classes from './why.module.css';

const route = getRouteApi('/shell/why/$requestId');
const title = 'Why was this refused?';

export function Why() {
  const { requestId } = route.useParams();
  const { user } = useSession();
  return (
    <Page title={title} narrow>
      {user ? (
        <Explanation requestId={requestId} />
      ) : (
        <Notice icon={<LockIcon size={22} />} title="Sign in to see the reason" actions={<SignInButton />}>
          Why a request was refused is told only to the person it concerns, and to administrators.
        </Notice>
      )}
    </Page>
  );
}

function Explanation({ requestId }: { requestId: string }) {
  const refusal = useQuery(refusalQuery(requestId));
  if (refusal.isPending) return <Loading rows={5} label="Looking up the request" />;
  if (refusal.isError) {
    if (!(refusal.error instanceof ApiError && refusal.error.status === 404)) {
      return <Failure error={refusal.error} retry={refusal.refetch} what="page" />;
    }
    return (
      <Notice icon={<HelpIcon size={22} />} title="Nothing is kept under this number">
        <p>
          There is no refused request <code>{requestId}</code> that concerns your account. Reasons are kept
          for a week. Check the number: the answer has it in the header <code>X-AREQUESTID</code>.
        </p>
        <p>Was it somebody else’s request, or sent without a name? Then an administrator can look it up.</p>
      </Notice>
    );
  }
  return <Reasons refusal={refusal.data} />;
}

function Reasons({ refusal }: { refusal: Refusal }) {
  const { user, administrator } = useSession();
  const rows: [string, string][] = [
    ['Request', refusal.requestId],
    ['When', fullTime(parseTime(refusal.at), user?.timeZone)],
    ['Asked for', refusal.path === null ? refusal.method : `${refusal.method} ${refusal.path}`],
    ['Answer', String(refusal.status)],
    ['Account', refusal.account ? `${refusal.account.displayName} (${refusal.account.name})` : 'none'],
    ['From', refusal.address],
    ['Program', refusal.userAgent || 'not named'],
    ...Object.entries(refusal.facts).map(([name, fact]): [string, string] => [
      inWords(name),
      name.endsWith('At') ? fullTime(parseTime(String(fact)), user?.timeZone) : String(fact),
    ]),
  ];
  return (
    <>
      <section className={classes.reason} aria-labelledby="reason">
        <h2 id="reason" className={classes.title}>
          {refusal.title}
        </h2>
        <p className={classes.text}>{refusal.explanation}</p>
        <h3 className={classes.subtitle}>What helps</h3>
        <p className={classes.text}>{refusal.help}</p>
      </section>
      <h2 className={classes.heading}>The request</h2>
      <dl className={classes.facts}>
        {rows.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {administrator && (
        <p>
          <TextLink to="/admin/audit" search={{ requestId: refusal.requestId }}>
            What the audit log has about it
          </TextLink>
        </p>
      )}
    </>
  );
}
