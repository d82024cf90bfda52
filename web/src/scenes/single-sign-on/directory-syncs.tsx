import { Badge, Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type DirectorySync, type SyncChange, startSync, syncsQuery } from '../../api/directories.ts';
import type { IdentityProvider } from '../../api/identity-providers.ts';
import { notifyFailure } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import classes from './single-sign-on.module.css';

/** What each comparison with the directory changed. */
export function DirectorySyncs({ provider }: { provider: IdentityProvider }) {
  const syncs = useQuery(syncsQuery(provider.id));
  const starting = useMutation({
    mutationFn: () => startSync(provider.id),
    onError: (error) => notifyFailure('The sync did not begin', error),
  });
  const isRunning = syncs.data?.some(({ outcome }) => outcome === 'running') ?? false;
  return (
    <Section
      title="Syncs"
      intro="Accounts that are linked to the directory follow it: names, addresses and groups, and who has left. Nobody is deactivated by a search that fails or finds nobody."
      actions={
        provider.enabled && (
          <Button
            variant="default"
            disabled={isRunning}
            loading={starting.isPending}
            onClick={() => starting.mutate()}
          >
            Sync now
          </Button>
        )
      }
    >
      {syncs.isPending && <Loading rows={3} label="Loading the syncs" />}
      {syncs.isError && <Failure error={syncs.error} retry={syncs.refetch} what="syncs" />}
      {syncs.data?.length === 0 && (
        <p className={classes.dim}>
          {provider.enabled ? 'There has been none yet.' : 'There is none while the directory is not in use.'}
        </p>
      )}
      {syncs.data !== undefined && syncs.data.length > 0 && (
        <ul className={`${table.frame} ${classes.syncs}`} aria-live="polite">
          {syncs.data.map((sync) => (
            <Sync key={sync.id} sync={sync} />
          ))}
        </ul>
      )}
    </Section>
  );
}

const outcomes = { running: 'Under way', done: 'Done', failed: 'Failed' } as const;
const colours = { running: 'gray', done: 'verdigris', failed: 'red' } as const;

function Sync({ sync }: { sync: DirectorySync }) {
  const { outcome, counts, changes, problem } = sync;
  const total = counts.updated + counts.deactivated + counts.activated + counts.left;
  return (
    <li className={classes.sync}>
      <div>
        <Badge color={colours[outcome]}>{outcomes[outcome]}</Badge>{' '}
        <span className={table.main}>
          <When at={sync.started} />
        </span>
        <span className={classes.dim}>
          {sync.startedBy === 'administrator' ? ', by hand' : ''}
          {outcome === 'done' || total > 0 ? `: ${summary(sync)}` : ''}
        </span>
      </div>
      {problem !== null && <p className={classes.problem}>{problem}</p>}
      {changes.length > 0 && (
        <details>
          <summary className={classes.summary}>What changed</summary>
          <ul className={classes.changes}>
            {changes.map((change) => (
              <li key={`${change.accountId} ${change.did}`}>
                <strong>{change.account}</strong> {words[change.did]}: {change.because}.
              </li>
            ))}
            {total > changes.length && <li>… and {total - changes.length} more</li>}
          </ul>
        </details>
      )}
    </li>
  );
}

const words: Record<SyncChange['did'], string> = {
  updated: 'was updated',
  deactivated: 'was deactivated',
  activated: 'was activated again',
  left: 'was left as it is',
};

function summary({ counts }: DirectorySync): string {
  const parts = [
    [counts.updated, 'updated'],
    [counts.deactivated, 'deactivated'],
    [counts.activated, 'activated again'],
    [counts.left, 'left'],
  ] as const;
  const changed = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const people = counts.found === 1 ? '1 person' : `${counts.found} people`;
  const accounts = counts.linked === 1 ? '1 account' : `${counts.linked} accounts`;
  return `${people} there, ${accounts} here; ${changed.length === 0 ? 'nothing to change' : changed.join(', ')}`;
}
