import { useRouter } from '@tanstack/react-router';
import { signInByLink } from '../../api/session.ts';
import { GoToSignIn, OneClick } from './one-click.tsx';

/** Where the link leads that the command line prints. */
export function SignInLink() {
  const router = useRouter();
  return (
    <OneClick
      title="Sign in by link"
      lead="This link was made on the machine that runs this site. It signs you in once, in this browser."
      verb="Sign in"
      act={async (code) => {
        const next = await signInByLink(code);
        await router.navigate({
          to: next === 'signed-in' ? '/' : '/sign-in/second-step',
          search: {},
          replace: true,
        });
      }}
      done={{ title: 'You are signed in', text: 'The start page opens now.', next: null }}
      otherwise={<GoToSignIn />}
    />
  );
}
