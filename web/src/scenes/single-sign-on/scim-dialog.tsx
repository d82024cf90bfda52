import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { IdentityProvider } from '../../api/identity-providers.ts';
import { createScimCredential, type ScimCredential } from '../../api/scim.ts';
import { CopyLine } from '../../components/copy.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { inPlace } from '../../components/in-place.ts';
import { useFocusReturn } from '../../components/use-focus-return.ts';
import classes from './single-sign-on.module.css';

const links = [
  { value: 'externalId', label: 'externalId' },
  { value: 'userName', label: 'userName' },
  { value: 'none', label: 'Nothing of it: they link it themselves' },
] as const;

/** The secret is shown once: neither a stray click nor a stray key may take it away. */
export function ScimDialog({ provider, close }: { provider: IdentityProvider; close: () => void }) {
  useFocusReturn();
  const [label, setLabel] = useState('');
  const [named, setNamed] = useState<ScimCredential['links']>('externalId');
  const making = useMutation({
    mutationFn: () => createScimCredential({ provider: provider.id, label: label.trim(), links: named }),
  });
  const { fields, messages } = formErrors(making.error, ['label', 'links']);
  if (making.data) {
    return (
      <Modal
        opened
        onClose={close}
        title="Copy it now"
        size={640}
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        <Stack gap="sm">
          <p className={classes.flat}>Give both to {provider.name}. The secret is shown this once only.</p>
          <CopyLine value={making.data.url} label="Address (tenant URL, base URL)" />
          <CopyLine value={making.data.secret} label="Secret (Bearer token)" autoFocus />
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button onClick={close}>I have copied it</Button>
        </Group>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={close} title="Make a credential for SCIM" closeOnClickOutside={false}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <Stack gap="sm">
          <FormAlert messages={messages} error={making.error} />
          <TextInput
            label="Label"
            description="So that you know later what it is for."
            placeholder="Entra provisioning"
            required
            withAsterisk={false}
            maxLength={100}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
            error={fields.label}
            data-autofocus
          />
          <Select
            label="What names the person when they sign in there"
            comboboxProps={inPlace}
            data={[...links]}
            allowDeselect={false}
            value={named}
            onChange={(value) => value !== null && setNamed(value as ScimCredential['links'])}
            error={fields.links}
          />
        </Stack>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={making.isPending}>
            Make it
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
