import type { ReactNode } from 'react';
import { useSession } from '../api/session.ts';
import { LockIcon } from './icons.tsx';
import { ButtonLink } from './links.tsx';
import { Page } from './page.tsx';
import { Notice, SignInButton } from './states.tsx';

/** Explains to others why there is nothing here for them; the server is what keeps them out. */
export function AdministratorsOnly({ title, children }: { title: string; children: ReactNode }) {
  const { user, administrator } = useSession();
  if (administrator) return children;
  return (
    <Page title={title} narrow>
      <Notice
        icon={<LockIcon size={22} />}
        title="This page is for administrators"
        actions={
          user ? (
            <ButtonLink to="/" variant="default">
              Back to the start page
            </ButtonLink>
          ) : (
            <SignInButton />
          )
        }
      >
        {user
          ? `You are signed in as ${user.displayName}, who is not an administrator.`
          : 'Sign in with an administrator’s account to see it.'}
      </Notice>
    </Page>
  );
}
