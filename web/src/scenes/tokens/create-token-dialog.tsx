import { Alert, Button, Group, Modal, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { ApiError } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { createToken, tokensQuery } from '../../api/tokens.ts';
import { CopyLine } from '../../components/copy.tsx';
import { AlertIcon } from '../../components/icons.tsx';
import { fullTime } from '../../components/when.tsx';
import { curlLine } from './how-to-use.tsx';
import classes from './tokens.module.css';

const durations = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '180', label: '180 days' },
  { value: '365', label: '1 year' },
];

export function CreateTokenDialog({ opened, close }: { opened: boolean; close: () => void }) {
  const [rawToken, setRawToken] = useState<string | null>(null);
  const finish = () => {
    close();
    // The secret leaves the page's memory with the dialog.
    setRawToken(null);
  };
  return (
    <Modal
      opened={opened}
      onClose={finish}
      size={640}
      title={rawToken === null ? 'Create an API token' : 'Your new API token'}
      // The secret is shown once: neither a stray click nor a stray key may take it away.
      closeOnClickOutside={false}
      closeOnEscape={rawToken === null}
      withCloseButton={rawToken === null}
    >
      {rawToken === null ? (
        <TokenForm created={setRawToken} cancel={finish} />
      ) : (
        <Secret rawToken={rawToken} done={finish} />
      )}
    </Modal>
  );
}

function TokenForm({ created, cancel }: { created: (rawToken: string) => void; cancel: () => void }) {
  const { user } = useSession();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const creating = useMutation({
    mutationFn: createToken,
    onSuccess: async (token) => {
      created(token.rawToken);
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  const refusal = creating.error instanceof ApiError ? creating.error : null;
  const endsAtMs = Date.now() + Number(days) * 86_400_000;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate({ name: name.trim(), expirationDuration: Number(days) });
      }}
    >
      <div className={classes.steps}>
        {creating.isError && (refusal === null || refusal.messages.length > 0) && (
          <Alert color="red" role="alert">
            {refusal?.messages.join(' ') ?? 'The token could not be created. Try again.'}
          </Alert>
        )}
        <TextInput
          label="Label"
          description="What will use it: the list shows this, so that you know later what you revoke."
          placeholder="Nightly build"
          required
          maxLength={255}
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={refusal?.fields.name}
          data-autofocus
        />
        <Select
          label="Expires after"
          data={durations}
          value={days}
          onChange={(value) => setDays(value ?? '90')}
          allowDeselect={false}
          error={refusal?.fields.expirationDuration}
          description={`On ${fullTime(endsAtMs, user?.timeZone)}. This page warns you two weeks before.`}
        />
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

function Secret({ rawToken, done }: { rawToken: string; done: () => void }) {
  const { user } = useSession();
  return (
    <>
      <div className={classes.steps}>
        <p className={classes.warning}>
          <AlertIcon />
          <span>
            Copy it now. It is shown this once only; nobody, not even an administrator, can show it again.
          </span>
        </p>
        <div>
          <p className={classes['caption-text']}>Token</p>
          <CopyLine value={rawToken} label="Token" autoFocus />
        </div>
        <div>
          <p className={classes['caption-text']}>Try it</p>
          <CopyLine value={curlLine(user?.emailAddress ?? '', rawToken)} label="Curl command" />
        </div>
      </div>
      <Group justify="flex-end" mt="lg">
        <Button onClick={done}>I have copied it</Button>
      </Group>
    </>
  );
}
