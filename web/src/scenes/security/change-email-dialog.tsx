import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changeEmail, ownEmailQuery } from '../../api/account.ts';
import { queryClient } from '../../api/query-client.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import { PasswordField } from '../../components/password-field.tsx';
import { useFocusReturn } from '../../components/use-focus-return.ts';
import classes from './security.module.css';

interface ChangeEmailDialogProps {
  /** The present address, to verify it; null: another one is wanted. */
  present: string | null;
  close: () => void;
}

export function ChangeEmailDialog({ present, close }: ChangeEmailDialogProps) {
  const [typed, setTyped] = useState('');
  useFocusReturn();
  const [password, setPassword] = useState('');
  const email = present ?? typed.trim();
  const changing = useMutation({
    mutationFn: () => changeEmail({ email, password }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ownEmailQuery.queryKey });
      close();
      notifyDone(`A mail with a link is on its way to ${email}.`);
    },
  });
  const { fields, messages } = formErrors(changing.error, ['email', 'password', 'captcha']);
  return (
    <Modal
      opened
      onClose={close}
      title={present === null ? 'Change your e-mail' : 'Verify your e-mail'}
      closeOnClickOutside={false}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          changing.mutate();
        }}
      >
        <Stack gap="sm">
          <FormAlert messages={messages} error={changing.error} />
          {present === null ? (
            <>
              <p className={classes.words}>
                A link is mailed to the new address, and nothing changes until you follow it. The present
                address goes on signing you in, for your scripts’ sake, until you remove it.
              </p>
              <TextInput
                label="New e-mail"
                type="email"
                autoComplete="email"
                required
                withAsterisk={false}
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                error={fields.email}
                data-autofocus
              />
            </>
          ) : (
            <p className={classes.words}>
              A link is mailed to <strong>{present}</strong>. Following it proves that the address is yours.
              {fields.email && <span className={classes.error}> {fields.email}</span>}
            </p>
          )}
          <PasswordField
            label="Your password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={fields.password}
            data-autofocus={present === null ? undefined : true}
          />
        </Stack>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={changing.isPending}>
            Send the link
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
