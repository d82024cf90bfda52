import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { changePassword } from '../../api/account.ts';
import { ownIdentitiesQuery } from '../../api/identity-providers.ts';
import { ownSessionsQuery } from '../../api/own-sessions.ts';
import { queryClient } from '../../api/query-client.ts';
import { ApiError } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { NewPasswordField } from '../../components/new-password-field.tsx';
import { notifyDone } from '../../components/notify.ts';
import { PasswordField } from '../../components/password-field.tsx';
import { Section } from '../../components/section.tsx';
import { Loading } from '../../components/states.tsx';
import classes from './security.module.css';

export function PasswordSection() {
  const identities = useQuery(ownIdentitiesQuery);
  if (identities.isPending) {
    return (
      <Section title="Password">
        <Loading rows={3} label="Loading where your password is kept" />
      </Section>
    );
  }
  const keeper = identities.data?.find(({ keepsPassword }) => keepsPassword);
  if (keeper === undefined) return <ChangePassword />;
  return (
    <Section
      title="Password"
      intro={`You sign in with the password of ${keeper.provider.name}, a directory of your organisation. It is changed there: on your computer at work, for instance. API tokens do not depend on it.`}
    />
  );
}

function ChangePassword() {
  const { user } = useSession();
  const current = useRef<HTMLInputElement>(null);
  const next = useRef<HTMLInputElement>(null);
  const [currentPassword, setCurrentPassword] = useState('');
  const [password, setPassword] = useState('');
  const changing = useMutation({
    mutationFn: () => changePassword({ currentPassword, password }),
    onSuccess: async () => {
      setCurrentPassword('');
      setPassword('');
      notifyDone('Your password is changed. Everywhere else you are signed out.');
      await queryClient.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
    },
    onError: (error) => {
      const field = error instanceof ApiError && error.fields.currentPassword ? current : next;
      field.current?.focus();
    },
  });
  const { fields, messages } = formErrors(changing.error, ['currentPassword', 'password', 'captcha']);
  return (
    <Section
      title="Password"
      intro="You sign in on the web with it. Changing it signs you out everywhere but here; API tokens go on working."
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          changing.mutate();
        }}
      >
        <FormAlert messages={messages} error={changing.error} />
        {/* So that password managers know whose it is. */}
        <input type="text" autoComplete="username" value={user?.name ?? ''} readOnly hidden />
        <PasswordField
          ref={current}
          label="Current password"
          toggleLabel="Show the current password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={currentPassword}
          onChange={(event) => setCurrentPassword(event.currentTarget.value)}
          error={fields.currentPassword}
        />
        <NewPasswordField
          ref={next}
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={fields.password}
        />
        <div>
          <Button type="submit" loading={changing.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Section>
  );
}
