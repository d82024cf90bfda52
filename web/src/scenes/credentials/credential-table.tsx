import { Badge, Button, Checkbox } from '@mantine/core';
import type { Credential } from '../../api/credentials.ts';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import { limitPhrases } from '../tokens/scopes.ts';
import classes from './credentials.module.css';

interface CredentialTableProps {
  credentials: readonly Credential[];
  chosen: ReadonlySet<string>;
  /** Left out: nothing can be chosen. */
  choose: ((ids: ReadonlySet<string>) => void) | undefined;
  look: (credential: Credential) => void;
}

export function CredentialTable({ credentials, chosen, choose, look }: CredentialTableProps) {
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose?.(next);
  };
  const all = credentials.every(({ id }) => chosen.has(id));
  return (
    <div className={table.frame}>
      <table className={`${table.table} ${table.stacked}`}>
        <thead>
          <tr>
            {choose && (
              <th scope="col" className={table.tight}>
                <Checkbox
                  aria-label="Choose all on this page"
                  size="xs"
                  checked={all}
                  indeterminate={chosen.size > 0 && !all}
                  onChange={() => choose(all ? new Set() : new Set(credentials.map(({ id }) => id)))}
                />
              </th>
            )}
            <th scope="col">What</th>
            <th scope="col">Owner</th>
            <th scope="col">Last used</th>
            <th scope="col">Made</th>
            <th scope="col">Ends</th>
            <th scope="col">
              <span className="visually-hidden">Use</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {credentials.map((one) => (
            <tr key={one.id}>
              {choose && (
                <td className={table.tight}>
                  <Checkbox
                    size="xs"
                    aria-label={`Choose ${nameOf(one)} of ${one.owner.displayName}`}
                    checked={chosen.has(one.id)}
                    onChange={() => toggle(one.id)}
                  />
                </td>
              )}
              <td className={`${table.main} ${table.long}`}>
                {nameOf(one)}
                <span className={classes.second}>{limitPhrases(one).join(' · ')}</span>
              </td>
              <td>
                <span className={table.caption}>Of </span>
                {one.owner.displayName}
                {!one.owner.active && (
                  <Badge color="gray" variant="light" size="sm" ml={6}>
                    Deactivated
                  </Badge>
                )}
                {one.owner.service && <span className={classes.second}>service account</span>}
              </td>
              <td>
                <span className={table.caption}>Last used </span>
                {one.lastAccessedAt ? (
                  <When at={one.lastAccessedAt} />
                ) : (
                  <span className={table.dim}>never</span>
                )}
                <span className={`${classes.second} ${classes.client}`}>
                  {[one.lastAccessAddress, one.lastAccessClient].filter(Boolean).join(' · ')}
                </span>
              </td>
              <td>
                <span className={table.caption}>Made </span>
                <When at={one.createdAt} />
              </td>
              <td>
                <span className={table.caption}>Ends </span>
                <End of={one} />
              </td>
              <td className={table.end}>
                {one.kind !== 'session' && (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    onClick={() => look(one)}
                    aria-label={`Use of ${nameOf(one)} of ${one.owner.displayName}`}
                  >
                    Use
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function nameOf({ kind, label }: Credential): string {
  if (kind !== 'session') return label;
  return label === 'web' ? 'Web session' : 'REST session';
}

function End({ of: { state, endedAt, expiringAt } }: { of: Credential }) {
  if (state === 'revoked') return <>revoked {endedAt && <When at={endedAt} />}</>;
  if (expiringAt === null) return <span className={table.dim}>never</span>;
  return (
    <>
      {state === 'expired' && 'expired '}
      <When at={expiringAt} />
    </>
  );
}
