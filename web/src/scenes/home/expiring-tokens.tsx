import { useQuery } from '@tanstack/react-query';
import { tokensQuery } from '../../api/tokens.ts';
import { ClockIcon } from '../../components/icons.tsx';
import { TextLink } from '../../components/links.tsx';
import { parseTime, When } from '../../components/when.tsx';
import { expiryState } from '../tokens/expiry-state.ts';
import classes from './home.module.css';

/** Tokens must not end unseen: a script that stops at night has nobody to tell. */
export function ExpiringTokens() {
  const { data: tokens = [] } = useQuery(tokensQuery);
  const nowMs = Date.now();
  const soon = tokens
    .filter((token) => token.state === 'active' && expiryState(token, nowMs) === 'soon')
    .sort((one, other) => parseTime(one.expiringAt ?? '') - parseTime(other.expiringAt ?? ''));
  const next = soon[0];
  if (!next?.expiringAt) return null;
  return (
    <p className={classes.expiring}>
      <ClockIcon />
      <span>
        Your API token “{next.name}” expires <When at={next.expiringAt} />
        {soon.length > 1 && `, and ${soon.length - 1} more within two weeks`}.{' '}
        <TextLink to="/profile/tokens">Replace it in time</TextLink>
      </span>
    </p>
  );
}
