import { Alert } from '@mantine/core';
import { TextLink } from './links.tsx';

/** What went wrong on the way back from an identity provider, in words that tell a stranger little. */
const words: Readonly<Record<string, string>> = {
  'sso-other-browser':
    'That sign-in was begun in another browser, took too long, or was used before. Begin again, and allow cookies of this site.',
  'too-many-failures': 'Too many sign-ins were begun from your network. Wait a few minutes, then try again.',
  'sso-provider-gone': 'This way to sign in is switched off. Choose another one.',
  'sso-account-disabled': 'Your account here is deactivated. Ask an administrator to activate it.',
  'sso-no-account': 'You have no account here yet. Ask an administrator for one.',
  'sso-account-not-linked':
    'An account here has your name or address already. Sign in to it as before and link the provider under “Sign-in and security”, or ask an administrator.',
  'sso-incomplete': 'The provider did not say enough about you to make an account. Ask an administrator.',
  'sso-linked-already': 'There you are somebody who is linked to another account here.',
  'sso-somebody-else': 'There you signed in as somebody else.',
  'sso-not-fresh': 'The provider did not ask you to sign in again. Sign out there first.',
  'oidc-provider-unavailable':
    'The identity provider cannot be reached at the moment. Try again later; administrators have accounts for emergencies.',
  'oidc-provider-refused': 'The identity provider did not let you in. Ask an administrator there.',
  'session-ended': 'Your session here ended meanwhile. Sign in and try again.',
};

export function VisitProblem({ step, requestId }: { step: string; requestId: string | undefined }) {
  return (
    <Alert color="red" role="alert" p="xs" mt={16} mb={16}>
      {words[step] ?? 'The identity provider’s answer was not accepted. Try again, or ask an administrator.'}
      {requestId && (
        <>
          {' '}
          <TextLink to="/why/$requestId" params={{ requestId }} underline="always">
            Why?
          </TextLink>
        </>
      )}
    </Alert>
  );
}
