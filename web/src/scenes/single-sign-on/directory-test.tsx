import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { testDirectory } from '../../api/directories.ts';
import type { IdentityProvider } from '../../api/identity-providers.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { PasswordField } from '../../components/password-field.tsx';
import { Section } from '../../components/section.tsx';
import classes from './single-sign-on.module.css';
import { ResultBox } from './test-result.tsx';

/** Looks somebody up with the settings as they are saved. */
export function DirectoryTest({ provider }: { provider: IdentityProvider }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const testing = useMutation({
    mutationFn: () => testDirectory(provider.id, { name, ...(password === '' ? {} : { password }) }),
    onSettled: () => setPassword(''),
  });
  const { fields, messages } = formErrors(testing.error, ['name', 'password']);
  if (Object.keys(provider.settings).length === 0) return null;
  return (
    <Section
      title="Test this"
      intro="What the directory says of somebody, and what a sign-in would do, with the settings as they are saved. Nothing is changed."
    >
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          testing.mutate();
        }}
      >
        <FormAlert messages={messages} error={testing.error} />
        <TextInput
          label="Whom to look up"
          description="A user name or e-mail address of the directory."
          name="tested-name"
          autoComplete="off"
          required
          withAsterisk={false}
          maxLength={256}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fields.name}
        />
        <PasswordField
          label="Their password"
          description="Left empty, they are only looked up."
          name="tested-password"
          autoComplete="off"
          toggleLabel="Show their password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={fields.password}
        />
        <div>
          <Button type="submit" variant="default" loading={testing.isPending}>
            Test this
          </Button>
        </div>
      </form>
      {testing.data && (
        <div className={classes.after}>
          <ResultBox result={testing.data} />
        </div>
      )}
    </Section>
  );
}
