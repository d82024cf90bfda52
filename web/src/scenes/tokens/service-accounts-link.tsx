import { useQuery } from '@tanstack/react-query';
import { serviceAccountsQuery } from '../../api/service-accounts.ts';
import { TextLink } from '../../components/links.tsx';
import classes from './tokens.module.css';

/** For whoever answers for a program; administrators find the page in their menu. */
export function ServiceAccountsLink() {
  const { data: accounts = [] } = useQuery(serviceAccountsQuery);
  if (accounts.length === 0) return null;
  return (
    <p className={classes.service}>
      Tokens of programs that you see to are under{' '}
      <TextLink to="/service-accounts" underline="always">
        Service accounts
      </TextLink>
      .
    </p>
  );
}
