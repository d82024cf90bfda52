import type { Authorisation } from '../../api/applications.ts';
import { useSession } from '../../api/session.ts';
import classes from './consent.module.css';

/** In plain words what an application gets, and what it never does. */
export function MayDo({ asked: { may } }: { asked: Authorisation }) {
  const { administrator } = useSession();
  const administers = may.some(({ scope }) => /^(SYSTEM_)?ADMIN$|^manage:jira-configuration$/.test(scope));
  return (
    <>
      <h2 className={classes.subhead}>It may then</h2>
      {may.length === 0 ? (
        <p className={classes.dim}>Nothing: it asks for no scope that this site knows.</p>
      ) : (
        <ul className={classes.list}>
          {may.map(({ scope, text }) => (
            <li key={scope}>{text}</li>
          ))}
        </ul>
      )}
      <h2 className={classes.subhead}>It never</h2>
      <ul className={classes.list}>
        <li>sees your password</li>
        <li>makes API tokens, or changes how you sign in</li>
      </ul>
      {administrator && administers && (
        <p className={classes.warning}>
          You administer this site, so the application may too. An account of its own is safer.
        </p>
      )}
    </>
  );
}
