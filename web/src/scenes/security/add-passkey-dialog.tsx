import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { addPasskey } from '../../api/factors.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { useFocusReturn } from '../../components/use-focus-return.ts';

interface Props {
  close: () => void;
  added: (recoveryCodes: string[] | null) => void;
}

export function AddPasskeyDialog({ close, added }: Props) {
  useFocusReturn();
  const [name, setName] = useState('');
  const adding = useMutation({
    mutationFn: () => addPasskey(name.trim()),
    onSuccess: ({ recoveryCodes }) => added(recoveryCodes),
  });
  const { fields, messages } = formErrors(adding.error, ['name', 'response']);
  const said = fields.response === undefined ? messages : [fields.response];
  return (
    <Modal opened onClose={close} title="Add a passkey" closeOnClickOutside={false}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          adding.mutate();
        }}
      >
        <FormAlert messages={said} error={adding.error} />
        <TextInput
          label="Name"
          description="So that you know later which device it is on."
          placeholder="Work laptop"
          required
          withAsterisk={false}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fields.name}
          data-autofocus
        />
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={adding.isPending}>
            Go on
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
