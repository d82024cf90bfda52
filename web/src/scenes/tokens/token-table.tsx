import { Button } from '@mantine/core';
import type { ApiToken } from '../../api/tokens.ts';
import { AlertIcon, ClockIcon } from '../../components/icons.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import { expiryState } from './expiry-state.ts';
import classes from './tokens.module.css';

interface TokenTableProps {
  tokens: ApiToken[];
  revoke: (token: ApiToken) => void;
}

export function TokenTable({ tokens, revoke }: TokenTableProps) {
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
              <td className={`${table.main} ${table.long}`}>{token.name}</td>
              <td>
                <span className={table.caption}>Created </span>
                <When at={token.createdAt} />
              </td>
              <td>
                <span className={table.caption}>Last used </span>
                {token.lastAccessedAt ? (
                  <When at={token.lastAccessedAt} />
                ) : (
                  <span className={table.dim}>never</span>
                )}
              </td>
              <td>
                <Expiry token={token} />
              </td>
              <td className={table.end}>
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
