import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import {
  changeServiceAccount,
  createServiceAccount,
  type ServiceAccount,
  serviceAccountsQuery,
} from '../../api/service-accounts.ts';
import { useSession } from '../../api/session.ts';
import { type User, userId } from '../../api/users.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import { UserSelect } from '../../components/user-select.tsx';

interface AccountDialogProps {
  /** null: closed. */
  editing: ServiceAccount | 'new' | null;
  close: () => void;
}

export function AccountDialog({ editing, close }: AccountDialogProps) {
  return (
    <Modal
      opened={editing !== null}
      onClose={close}
      title={editing === 'new' ? 'Create a service account' : 'Edit the service account'}
    >
      {editing !== null && <AccountForm account={editing === 'new' ? null : editing} close={close} />}
    </Modal>
  );
}

const shown = ['username', 'displayName', 'emailAddress', 'owner'];

function AccountForm({ account, close }: { account: ServiceAccount | null; close: () => void }) {
  const { user } = useSession();
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState(account?.displayName ?? '');
  const [emailAddress, setEmailAddress] = useState('');
  const [owner, setOwner] = useState<User | null>(account === null ? (user as User | null) : account.owner);
  const [active, setActive] = useState(account?.active ?? true);
  const saving = useMutation({
    mutationFn: () => {
      const common = { owner: owner === null ? '' : userId(owner) };
      if (account !== null) {
        // An owner who is gone stays so until somebody else is named.
        return changeServiceAccount(account.accountId, {
          displayName,
          active,
          ...(owner === null ? {} : common),
        });
      }
      return createServiceAccount({
        ...common,
        name: name.trim(),
        ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
        ...(emailAddress.trim() === '' ? {} : { emailAddress: emailAddress.trim() }),
      });
    },
    onSuccess: async (saved) => {
      await queryClient.invalidateQueries({ queryKey: serviceAccountsQuery.queryKey });
      notifyDone(`${saved.displayName} is saved.`);
      close();
    },
  });
  const { fields, messages } = formErrors(saving.error, shown);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <Stack gap="sm">
        <FormAlert messages={messages} error={saving.error} />
        {account === null && (
          <TextInput
            label="User name"
            description="The program may sign in with it and a token."
            placeholder="ci"
            required
            withAsterisk={false}
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fields.username}
            data-autofocus
          />
        )}
        <TextInput
          label="Name"
          description="As others see it on what the program does."
          placeholder="Build server"
          value={displayName}
          onChange={(event) => setDisplayName(event.currentTarget.value)}
          error={fields.displayName}
        />
        {account === null && (
          <TextInput
            label="E-mail address"
            description="For clients that send one with the token; left empty, one that no mail reaches."
            placeholder={`${name.trim() || 'ci'}@service.invalid`}
            type="email"
            value={emailAddress}
            onChange={(event) => setEmailAddress(event.currentTarget.value)}
            error={fields.emailAddress}
          />
        )}
        <UserSelect
          among="everybody"
          label="Who answers for it"
          description="Sees to its tokens, and is told by mail what happens to them."
          clearable={false}
          value={owner}
          onChange={setOwner}
          error={fields.owner}
        />
        {account !== null && (
          <Switch
            label="Active"
            description="Off, its tokens are refused from the next request on."
            checked={active}
            onChange={(event) => setActive(event.currentTarget.checked)}
          />
        )}
      </Stack>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" loading={saving.isPending}>
          {account === null ? 'Create' : 'Save'}
        </Button>
      </Group>
    </form>
  );
}
