import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { beginAuthenticator, confirmAuthenticator } from '../../api/factors.ts';
import { AuthenticatorSetup } from '../../components/authenticator-setup.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { Failure, Loading } from '../../components/states.tsx';
import { useFocusReturn } from '../../components/use-focus-return.ts';

interface Props {
  close: () => void;
  added: (recoveryCodes: string[] | null) => void;
}

export function AddAuthenticatorDialog({ close, added }: Props) {
  useFocusReturn();
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const begun = useQuery({
    queryKey: ['authenticator-enrolment'],
    queryFn: beginAuthenticator,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const confirming = useMutation({
    mutationFn: () => confirmAuthenticator(code.trim()),
    onSuccess: ({ recoveryCodes }) => added(recoveryCodes),
    onError: () => {
      setCode('');
      input.current?.focus();
    },
  });
  const { fields, messages } = formErrors(confirming.error, ['code']);
  return (
    <Modal opened onClose={close} title="Set up an authenticator app" closeOnClickOutside={false}>
      {begun.isPending && <Loading label="Loading" />}
      {begun.isError && <Failure error={begun.error} retry={begun.refetch} what="dialog" />}
      {begun.data && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            confirming.mutate();
          }}
        >
          <FormAlert messages={messages} error={confirming.error} />
          <AuthenticatorSetup
            enrolment={begun.data}
            code={code}
            onCode={setCode}
            error={fields.code}
            inputRef={input}
          />
          <Group justify="flex-end" mt="lg" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={confirming.isPending}>
              Set up
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}
