import { verifyEmail } from '../../api/mail-links.ts';
import { queryClient } from '../../api/query-client.ts';
import { sessionQuery, useSession } from '../../api/session.ts';
import { ButtonLink } from '../../components/links.tsx';
import { OneClick } from './one-click.tsx';

export function VerifyEmail() {
  const { user } = useSession();
  const onward = (
    <ButtonLink to={user ? '/account/security' : '/sign-in'} search={{}} fullWidth>
      {user ? 'Your e-mail address' : 'Sign in'}
    </ButtonLink>
  );
  return (
    <OneClick
      title="Confirm your e-mail address"
      lead="You have followed the link that was mailed to it. Confirm that the address is yours."
      verb="Confirm the address"
      act={async (code) => {
        await verifyEmail(code);
        await queryClient.invalidateQueries({ queryKey: ['own-email'] });
        await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }}
      done={{
        title: 'The address is confirmed',
        text: 'It is your account’s e-mail address now. Scripts that sign in with an earlier one go on working until you remove it.',
        next: onward,
      }}
      otherwise={onward}
    />
  );
}
