import type { ApiToken } from '../../api/tokens.ts';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import { Limits, Used } from './token-table.tsx';
import classes from './tokens.module.css';

const whys = {
  owner: 'by you',
  administrator: 'by an administrator',
  leaked: 'because others could read it',
} as const;

/** What ended within 90 days: whoever finds a refused script looks here. */
export function EndedTokens({ tokens }: { tokens: ApiToken[] }) {
  if (tokens.length === 0) return null;
  return (
    <details className={classes.ended}>
      <summary>
        {tokens.length === 1 ? 'One token' : `${tokens.length} tokens`} that ended within 90 days
      </summary>
      <div className={table.frame}>
        <table className={`${table.table} ${table.stacked}`}>
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col">Last used</th>
              <th scope="col">Ended</th>
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <tr key={token.id}>
                <td className={`${table.main} ${table.long}`}>
                  {token.name}
                  <Limits token={token} />
                </td>
                <td>
                  <Used by={token} />
                </td>
                <td>
                  <End token={token} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function End({ token: { revokedAt, revokedBy, revokedWhy, expiringAt } }: { token: ApiToken }) {
  if (revokedAt === null) {
    return <>Expired {expiringAt && <When at={expiringAt} />}</>;
  }
  const why =
    revokedWhy === 'administrator' && revokedBy ? `by ${revokedBy}` : revokedWhy && whys[revokedWhy];
  return (
    <>
      Revoked <When at={revokedAt} />
      {why && ` ${why}`}
    </>
  );
}
