import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ServiceAccount, serviceAccountsQuery } from '../../api/service-accounts.ts';
import { useSession } from '../../api/session.ts';
import { PlusIcon, RobotIcon } from '../../components/icons.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice, SignInButton } from '../../components/states.tsx';
import { AccountDialog } from './account-dialog.tsx';
import { AccountSection } from './account-section.tsx';

const title = 'Service accounts';

export function ServiceAccounts() {
  const { user } = useSession();
  if (!user) {
    return (
      <Page title={title} narrow>
        <Notice
          icon={<RobotIcon size={22} />}
          title="Sign in to see the programs that you answer for"
          actions={<SignInButton />}
        />
      </Page>
    );
  }
  return <Entrusted />;
}

function Entrusted() {
  const { administrator } = useSession();
  const accounts = useQuery(serviceAccountsQuery);
  const [editing, setEditing] = useState<ServiceAccount | 'new' | null>(null);
  return (
    <Page
      title={title}
      narrow
      intro="Accounts of programs: without a password, with tokens of their own, and with a person who answers for them. Nobody's failed sign-ins lock them out."
      actions={
        administrator && (
          <Button leftSection={<PlusIcon />} onClick={() => setEditing('new')}>
            Create service account
          </Button>
        )
      }
    >
      {accounts.isPending && <Loading label="Loading service accounts" />}
      {accounts.isError && <Failure error={accounts.error} retry={accounts.refetch} what="page" />}
      {accounts.data?.length === 0 && (
        <Notice icon={<RobotIcon size={22} />} title="There are no service accounts">
          {administrator
            ? 'Create one for each program that acts in nobody’s name, such as a build server.'
            : 'Administrators make them; you would see those that you answer for.'}
        </Notice>
      )}
      {accounts.data?.map((account) => (
        <AccountSection key={account.accountId} account={account} edit={() => setEditing(account)} />
      ))}
      <AccountDialog editing={editing} close={() => setEditing(null)} />
    </Page>
  );
}
