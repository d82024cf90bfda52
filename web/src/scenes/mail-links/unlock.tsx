import { unlock } from '../../api/mail-links.ts';
import { TextLink } from '../../components/links.tsx';
import { GoToSignIn, OneClick } from './one-click.tsx';

export function Unlock() {
  return (
    <OneClick
      title="Unlock your sign-in"
      lead="Signing in to your account was closed after too many failed attempts. If some of them were not yours, change your password afterwards."
      verb="Unlock"
      act={unlock}
      done={{
        title: 'You can sign in again',
        text: 'The failed attempts are forgotten, wherever they came from.',
        next: <GoToSignIn />,
      }}
      otherwise={
        <>
          <GoToSignIn />
          <TextLink to="/reset-password" size="sm">
            Forgot your password?
          </TextLink>
        </>
      }
    />
  );
}
