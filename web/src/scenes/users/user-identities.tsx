import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  identitiesOfQuery,
  linkIdentity,
  providersQuery,
  unlinkIdentity,
} from '../../api/identity-providers.ts';
import type { User } from '../../api/users.ts';
import { formErrors } from '../../components/form-errors.ts';
import { inPlace } from '../../components/in-place.ts';
import { notifyDone, notifyFailure } from '../../components/notify.ts';
import classes from './users.module.css';

/** Who the account is at identity providers; an administrator's word links it. It counts at once. */
export function UserIdentities({ user }: { user: User }) {
  const accountId = user.accountId ?? '';
  const providers = useQuery(providersQuery);
  const identities = useQuery(identitiesOfQuery(accountId));
  const unlinking = useMutation({
    mutationFn: (id: string) => unlinkIdentity(accountId, id),
    onSuccess: () => notifyDone('It is unlinked, and the account is signed out everywhere.'),
    onError: (error) => notifyFailure('Nothing was unlinked', error),
  });
  const list = identities.data ?? [];
  const linkable = (providers.data ?? []).filter(
    ({ id }) => !list.some(({ provider }) => provider.id === id),
  );
  if ((providers.data ?? []).length === 0 && list.length === 0) return null;
  return (
    <fieldset className={classes.memberships}>
      <legend className={classes.caption}>Identity providers</legend>
      {list.map(({ id, provider, subject }) => (
        <p key={id} className={classes.identity}>
          <span>
            {provider.name}: {subject}
          </span>
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            loading={unlinking.isPending && unlinking.variables === id}
            onClick={() => unlinking.mutate(id)}
            aria-label={`Unlink ${provider.name}`}
          >
            Unlink
          </Button>
        </p>
      ))}
      {list.length === 0 && <p className={classes.none}>None is linked.</p>}
      {linkable.length > 0 && <LinkFields accountId={accountId} providers={linkable} />}
    </fieldset>
  );
}

interface LinkFieldsProps {
  accountId: string;
  providers: readonly { id: string; name: string }[];
}

function LinkFields({ accountId, providers }: LinkFieldsProps) {
  const [provider, setProvider] = useState<string | null>(null);
  const [subject, setSubject] = useState('');
  const linking = useMutation({
    mutationFn: () => linkIdentity(accountId, { provider: provider ?? '', subject: subject.trim() }),
    onSuccess: () => {
      setProvider(null);
      setSubject('');
      notifyDone('It is linked.');
    },
  });
  const { fields, messages } = formErrors(linking.error, ['provider', 'subject']);
  return (
    <Group gap="xs" align="flex-start" mt={8}>
      <Select
        comboboxProps={inPlace}
        size="xs"
        aria-label="Identity provider"
        placeholder="Provider"
        data={providers.map(({ id, name }) => ({ value: id, label: name }))}
        value={provider}
        onChange={setProvider}
        error={fields.provider}
      />
      <TextInput
        size="xs"
        aria-label="Lasting name there"
        placeholder="NameID, sub or entryUUID"
        value={subject}
        onChange={(event) => setSubject(event.currentTarget.value)}
        error={fields.subject ?? messages[0]}
      />
      <Button
        variant="default"
        size="xs"
        disabled={provider === null || subject.trim() === ''}
        loading={linking.isPending}
        onClick={() => linking.mutate()}
      >
        Link
      </Button>
    </Group>
  );
}
