import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { useSession } from '../../api/session.ts';
import { type User, updateUser, userId } from '../../api/users.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import { useFocusReturn } from '../../components/use-focus-return.ts';
import { FailedLogins } from './failed-logins.tsx';
import { Memberships } from './memberships.tsx';
import { SetPassword } from './set-password.tsx';
import { UserFactors } from './user-factors.tsx';
import { UserIdentities } from './user-identities.tsx';

const fieldNames = ['emailAddress', 'email', 'displayName', 'fullname'];

export function EditUserDialog({ user, close }: { user: User; close: () => void }) {
  const self = useSession().user;
  useFocusReturn();
  const [displayName, setDisplayName] = useState(user.displayName);
  const [emailAddress, setEmailAddress] = useState(user.emailAddress ?? '');
  const [active, setActive] = useState(user.active !== false);
  const saving = useMutation({
    mutationFn: () =>
      updateUser(userId(user), {
        displayName: displayName.trim(),
        emailAddress: emailAddress.trim(),
        active,
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['users'] });
      await queryClient.invalidateQueries({ queryKey: ['user'] });
      close();
      notifyDone(`${displayName.trim()} is saved.`);
    },
  });
  const { fields, messages } = formErrors(saving.error, fieldNames);
  const isSelf = self?.name === user.name;
  return (
    <Modal opened onClose={close} title={`Edit ${user.name ?? user.displayName}`} closeOnClickOutside={false}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <Stack gap="sm">
          <FormAlert messages={messages} error={saving.error} />
          <TextInput
            label="Name"
            required
            value={displayName}
            onChange={(event) => setDisplayName(event.currentTarget.value)}
            error={fields.displayName ?? fields.fullname}
            data-autofocus
          />
          <TextInput
            label="E-mail"
            type="email"
            required
            value={emailAddress}
            onChange={(event) => setEmailAddress(event.currentTarget.value)}
            error={fields.emailAddress ?? fields.email}
          />
          <Switch
            label="Active"
            description={
              isSelf
                ? 'This is your own account: somebody else has to deactivate it.'
                : 'A deactivated account cannot sign in, and its API tokens are refused. What it wrote stays.'
            }
            checked={active}
            disabled={isSelf}
            onChange={(event) => setActive(event.currentTarget.checked)}
          />
          <FailedLogins username={userId(user)} />
          {!isSelf && <SetPassword user={user} />}
          {!isSelf && <UserFactors user={user} />}
          {!isSelf && <UserIdentities user={user} />}
          <Memberships username={userId(user)} />
        </Stack>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={saving.isPending}
            color={user.active !== false && !active ? 'red' : undefined}
          >
            {user.active !== false && !active ? 'Save and deactivate' : 'Save'}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
