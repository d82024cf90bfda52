import { Button, Switch, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type BasicAuthConfig, basicAuthConfigQuery, changeBasicAuthConfig } from '../../api/password-use.ts';
import { queryClient } from '../../api/query-client.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import classes from './passwords.module.css';

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The switch, and the exceptions from it, as Jira's resource has them. */
export function BasicAuthForm({ config }: { config: BasicAuthConfig }) {
  const [accepts, setAccepts] = useState(!config['block-requests']);
  const [users, setUsers] = useState(config['allowed-users'].join('\n'));
  const [paths, setPaths] = useState(config['allowed-paths'].join('\n'));
  const saving = useMutation({
    mutationFn: () =>
      changeBasicAuthConfig({
        'block-requests': !accepts,
        'allowed-users': linesOf(users),
        'allowed-paths': linesOf(paths),
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: basicAuthConfigQuery.queryKey });
      await queryClient.invalidateQueries({ queryKey: ['settings'] });
      notifyDone(accepts ? 'Passwords are accepted over REST.' : 'Passwords are refused over REST.');
    },
  });
  const { fields, messages } = formErrors(saving.error, ['block-requests', 'allowed-users', 'allowed-paths']);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <FormAlert messages={messages} error={saving.error} />
      <Switch
        label="Accept passwords over REST"
        checked={accepts}
        error={fields['block-requests']}
        onChange={(event) => setAccepts(event.currentTarget.checked)}
      />
      {!accepts && (
        <>
          <Textarea
            label="Accounts that may go on"
            description="User names, one on each line; * stands for any characters. Empty: nobody."
            autosize
            minRows={2}
            spellCheck={false}
            value={users}
            error={fields['allowed-users']}
            onChange={(event) => setUsers(event.currentTarget.value)}
          />
          <Textarea
            label="Resources that go on taking passwords from everybody"
            description="Paths, one on each line, such as /rest/api/2/serverInfo or /rest/api/*. Empty: none."
            autosize
            minRows={2}
            spellCheck={false}
            value={paths}
            error={fields['allowed-paths']}
            onChange={(event) => setPaths(event.currentTarget.value)}
          />
        </>
      )}
      <div>
        <Button type="submit" loading={saving.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
