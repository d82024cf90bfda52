import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { createUser } from '../../api/users.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { NewPasswordField } from '../../components/new-password-field.tsx';
import { notifyDone } from '../../components/notify.ts';

const fieldNames = ['name', 'username', 'emailAddress', 'email', 'displayName', 'fullname', 'password'];

export function CreateUserDialog({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Create user" closeOnClickOutside={false}>
      <UserForm close={close} />
    </Modal>
  );
}

function UserForm({ close }: { close: () => void }) {
  const [values, setValues] = useState({ displayName: '', emailAddress: '', name: '', password: '' });
  const creating = useMutation({
    mutationFn: createUser,
    onSuccess: async (user, { password }) => {
      await queryClient.invalidateQueries({ queryKey: ['users'] });
      close();
      notifyDone(
        password === undefined
          ? `${user.displayName} has an account now, and a mail with a link to choose a password.`
          : `${user.displayName} has an account now.`,
      );
    },
  });
  const { fields, messages } = formErrors(creating.error, fieldNames);
  const bind = (name: keyof typeof values) => ({
    value: values[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setValues({ ...values, [name]: event.currentTarget.value }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate({
          displayName: values.displayName.trim(),
          emailAddress: values.emailAddress.trim(),
          name: values.name.trim(),
          ...(values.password !== '' && { password: values.password }),
        });
      }}
    >
      <Stack gap="sm">
        <FormAlert messages={messages} error={creating.error} />
        <TextInput
          label="Name"
          required
          autoComplete="off"
          {...bind('displayName')}
          error={fields.displayName ?? fields.fullname}
          data-autofocus
        />
        <TextInput
          label="E-mail"
          type="email"
          required
          autoComplete="off"
          {...bind('emailAddress')}
          error={fields.emailAddress ?? fields.email}
        />
        <TextInput
          label="User name"
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...bind('name')}
          error={fields.name ?? fields.username}
        />
        <NewPasswordField
          label="Password"
          before="Leave it empty to mail them a link to choose one. Scripts should use API tokens."
          {...bind('password')}
          error={fields.password}
        />
      </Stack>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" loading={creating.isPending}>
          Create user
        </Button>
      </Group>
    </form>
  );
}
