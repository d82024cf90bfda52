import { Button } from '@mantine/core';
import type { ApiToken, EarlierSecret, LastUse } from '../../api/tokens.ts';
import { AlertIcon, ClockIcon } from '../../components/icons.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import { expiryState } from './expiry-state.ts';
import { limitPhrases } from './scopes.ts';
import classes from './tokens.module.css';

interface TokenTableProps {
  tokens: ApiToken[];
  rotate: (token: ApiToken) => void;
  revoke: (token: ApiToken) => void;
}

/** Tokens that are alive, or have expired unnoticed. */
export function TokenTable({ tokens, rotate, revoke }: TokenTableProps) {
  return (
    <div className={table.frame}>
      <table className={`${table.table} ${table.stacked}`}>
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Created</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td className={`${table.main} ${table.long}`}>
                {token.name}
                <Limits token={token} />
                {token.earlierSecrets
                  .filter(({ state }) => state === 'active')
                  .map((earlier) => (
                    <OldSecret key={earlier.expiringAt} earlier={earlier} />
                  ))}
              </td>
              <td>
                <span className={table.caption}>Created </span>
                <When at={token.createdAt} />
              </td>
              <td>
                <Used by={token} />
              </td>
              <td>
                <Expiry token={token} />
              </td>
              <td className={table.end}>
                {token.state === 'active' && (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    onClick={() => rotate(token)}
                    aria-label={`Rotate ${token.name}`}
                  >
                    Rotate
                  </Button>
                )}
                <Button
                  variant="subtle"
                  color="red"
                  size="compact-sm"
                  onClick={() => revoke(token)}
                  aria-label={`Revoke ${token.name}`}
                >
                  Revoke
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Limits({ token }: { token: ApiToken }) {
  const phrases = limitPhrases(token);
  if (phrases.length === 0) return null;
  return <span className={classes.limits}>{phrases.join(' · ')}</span>;
}

function OldSecret({ earlier }: { earlier: EarlierSecret }) {
  return (
    <span className={classes.old}>
      <ClockIcon size={13} />
      <span>
        Old secret ends {earlier.expiringAt && <When at={earlier.expiringAt} />}
        {earlier.lastAccessedAt && (
          <>
            , last used <When at={earlier.lastAccessedAt} />
            {earlier.lastAccessAddress && ` from ${earlier.lastAccessAddress}`}
          </>
        )}
      </span>
    </span>
  );
}

export function Used({ by }: { by: LastUse }) {
  return (
    <>
      <span className={table.caption}>Last used </span>
      {by.lastAccessedAt === null ? (
        <span className={table.dim}>never</span>
      ) : (
        <>
          <When at={by.lastAccessedAt} />
          <span className={classes.client}>
            {[by.lastAccessAddress, by.lastAccessClient].filter(Boolean).join(' · ')}
          </span>
        </>
      )}
    </>
  );
}

function Expiry({ token }: { token: ApiToken }) {
  const state = expiryState(token, Date.now());
  if (!token.expiringAt) return <span className={table.dim}>never</span>;
  return (
    <span className={classes.expiry} data-state={state}>
      {state === 'soon' && <ClockIcon size={14} />}
      {state === 'expired' && <AlertIcon size={14} />}
      {state === 'expired' ? 'Expired ' : <span className={table.caption}>Expires </span>}
      <When at={token.expiringAt} />
    </span>
  );
}
