import { getRouteApi } from '@tanstack/react-router';
import { useSession } from '../../api/session.ts';
import { ShieldIcon } from '../../components/icons.tsx';
import { TextLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { Notice, SignInButton } from '../../components/states.tsx';
import { VisitProblem } from '../../components/visit-problem.tsx';
import { EmailSection } from './email-section.tsx';
import { FactorsSection } from './factors-section.tsx';
import { IdentitiesSection } from './identities-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { SessionsSection } from './sessions-section.tsx';

const route = getRouteApi('/shell/account/security');
const title = 'Sign-in and security';

export function Security() {
  const { user } = useSession();
  const { problem, request } = route.useSearch();
  if (!user) {
    return (
      <Page title={title} narrow>
        <Notice
          icon={<ShieldIcon size={22} />}
          title="Sign in to see how your account is protected"
          actions={<SignInButton />}
        />
      </Page>
    );
  }
  return (
    <Page
      title={title}
      narrow
      intro={
        <>
          Your password and second step, your addresses, and where you are signed in. What scripts use is
          under{' '}
          <TextLink to="/profile/tokens" underline="always">
            API tokens
          </TextLink>
          .
        </>
      }
    >
      {problem && <VisitProblem step={problem} requestId={request} />}
      <PasswordSection />
      <FactorsSection />
      <IdentitiesSection />
      <EmailSection />
      <SessionsSection />
    </Page>
  );
}
