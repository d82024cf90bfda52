import { Button, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { createToken, type NewToken, type TokenOwner, tokensOfQuery } from '../../api/tokens.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { ExpirySelect } from './expiry-select.tsx';
import { LimitFields, limitsOf, noLimitChoice } from './limit-fields.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import type { ServiceTokens } from './service-tokens.ts';
import classes from './tokens.module.css';

interface CreateTokenDialogProps {
  opened: boolean;
  close: () => void;
  /** A service account's; left out: one's own. */
  of?: ServiceTokens;
}

export function CreateTokenDialog({ opened, close, of }: CreateTokenDialogProps) {
  return (
    <SecretDialog
      opened={opened}
      close={close}
      title="Create an API token"
      secretTitle="Your new API token"
      email={of?.emailAddress}
      form={(made, cancel) => <TokenForm of={of?.accountId ?? null} created={made} cancel={cancel} />}
    />
  );
}

interface TokenFormProps {
  of: TokenOwner;
  created: (rawToken: string) => void;
  cancel: () => void;
}

const shown = ['name', 'expirationDuration', 'scopes', 'projects', 'addresses'];

function TokenForm({ of, created, cancel }: TokenFormProps) {
  const [name, setName] = useState('');
  const [days, setDays] = useState<number | null>(90);
  const [choice, setChoice] = useState(noLimitChoice);
  const creating = useMutation({
    mutationFn: (input: NewToken) => createToken(of, input),
    onSuccess: async (token) => {
      created(token.rawToken);
      await queryClient.invalidateQueries({ queryKey: tokensOfQuery(of).queryKey });
    },
  });
  const { fields, messages } = formErrors(creating.error, shown);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate({ name: name.trim(), expirationDuration: days, ...limitsOf(choice) });
      }}
    >
      <div className={classes.steps}>
        <FormAlert messages={messages} error={creating.error} />
        <TextInput
          label="Label"
          description="What will use it: the list shows this, so that you know later what you revoke."
          placeholder="Nightly build"
          required
          maxLength={255}
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fields.name}
          data-autofocus
        />
        <LimitFields choice={choice} change={setChoice} errors={fields} />
        <ExpirySelect days={days} change={setDays} error={fields.expirationDuration} />
      </div>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
        <Button type="submit" loading={creating.isPending}>
          Create token
        </Button>
      </Group>
    </form>
  );
}
