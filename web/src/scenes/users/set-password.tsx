import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { setPassword } from '../../api/account.ts';
import { type User, userId } from '../../api/users.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { NewPasswordField } from '../../components/new-password-field.tsx';
import { notifyDone } from '../../components/notify.ts';
import classes from './users.module.css';

/** For who cannot be mailed a link. It counts at once, apart from the form around it. */
export function SetPassword({ user }: { user: User }) {
  const [opened, setOpened] = useState(false);
  const [password, setTyped] = useState('');
  const close = () => {
    setOpened(false);
    setTyped('');
    setting.reset();
  };
  const setting = useMutation({
    mutationFn: () => setPassword(userId(user), password),
    onSuccess: () => {
      close();
      notifyDone(`${user.displayName} has a new password, and is signed out everywhere.`);
    },
  });
  const { fields, messages } = formErrors(setting.error, ['password']);
  return (
    <fieldset className={classes.memberships}>
      <legend className={classes.caption}>Password</legend>
      {opened ? (
        <>
          <FormAlert messages={messages} error={setting.error} />
          <NewPasswordField
            before="Their sessions end; they are told by mail."
            value={password}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              // Not the form around it.
              event.preventDefault();
              setting.mutate();
            }}
            error={fields.password}
            autoFocus
          />
          <Group gap="xs" mt={8}>
            <Button size="xs" loading={setting.isPending} onClick={() => setting.mutate()}>
              Set password
            </Button>
            <Button size="xs" variant="default" onClick={close}>
              Leave it as it is
            </Button>
          </Group>
        </>
      ) : (
        <Button variant="default" size="xs" onClick={() => setOpened(true)}>
          Set a password…
        </Button>
      )}
    </fieldset>
  );
}
