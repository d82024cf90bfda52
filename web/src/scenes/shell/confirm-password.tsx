import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { factorsQuery } from '../../api/factors.ts';
import { ownIdentitiesQuery, visitProvider } from '../../api/identity-providers.ts';
import { passkeysWork } from '../../api/passkeys.ts';
import { ApiError } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { confirmByPasskey, confirmPassword, settlePasswordAsked } from '../../api/websudo.ts';
import { CodeField } from '../../components/authenticator-setup.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { PasswordField } from '../../components/password-field.tsx';
import { useFocusReturn } from '../../components/use-focus-return.ts';

/** Asked before administration goes on; what the person had started is done right after. */
export function ConfirmPassword() {
  const { user } = useSession();
  useFocusReturn();
  const input = useRef<HTMLInputElement>(null);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [withCode, setWithCode] = useState(false);
  const codeInput = useRef<HTMLInputElement>(null);
  const confirming = useMutation({
    mutationFn: () => confirmPassword(password, withCode ? code.trim() : undefined),
    onSuccess: () => settlePasswordAsked(true),
    onError: (error) => {
      setCode('');
      if (error instanceof ApiError && error.fields.code !== undefined) {
        setWithCode(true);
        setTimeout(() => codeInput.current?.focus());
        return;
      }
      setPassword('');
      input.current?.focus();
    },
  });
  const byPasskey = useMutation({
    mutationFn: confirmByPasskey,
    onSuccess: () => settlePasswordAsked(true),
  });
  const elsewhere = useMutation({
    mutationFn: (provider: string) => visitProvider(provider, 'confirm', location.pathname + location.search),
  });
  const { data: identities = [] } = useQuery(ownIdentitiesQuery);
  const providers = identities.map(({ provider }) => provider).filter(({ kind }) => kind !== 'ldap');
  const { data: factors } = useQuery(factorsQuery);
  const hasPasskey = passkeysWork() && (factors?.passkeys.length ?? 0) > 0;
  const refusal = confirming.error instanceof ApiError ? confirming.error : null;
  const isWrong = refusal?.fields.password !== undefined;
  const { messages } = formErrors(isWrong ? null : confirming.error, ['captcha', 'code']);
  const otherError = byPasskey.error ?? elsewhere.error;
  const said = otherError ? [otherError.message] : messages;
  const wrongCode = withCode && code === '' ? refusal?.fields.code : undefined;
  return (
    <Modal.Root
      opened
      onClose={() => settlePasswordAsked(false)}
      closeOnClickOutside={false}
      // Above the dialog that it may have come from.
      zIndex={300}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* Without a header: there may be one on the page only, and another dialog may be open. */}
        <Modal.Body p="lg">
          <Modal.Title mb="sm">Confirm your password</Modal.Title>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              confirming.mutate();
            }}
          >
            <Stack gap="sm">
              <p style={{ margin: 0 }}>
                What you are about to do asks for your password once more; for ten minutes after that it is
                not asked for again.
              </p>
              <FormAlert messages={said} error={otherError ?? confirming.error} />
              {/* So that password managers know whose it is. */}
              <input type="text" autoComplete="username" value={user?.name ?? ''} readOnly hidden />
              <PasswordField
                ref={input}
                label={`Password of ${user?.displayName ?? 'your account'}`}
                autoComplete="current-password"
                required
                withAsterisk={false}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                error={isWrong ? 'This is not the password of your account.' : undefined}
                data-autofocus
              />
              {withCode && (
                <CodeField
                  label="Code of your authenticator app, or a recovery code"
                  value={code}
                  onChange={setCode}
                  error={wrongCode}
                  inputRef={codeInput}
                />
              )}
              {providers.map(({ id, name }) => (
                <Button
                  key={id}
                  variant="default"
                  loading={elsewhere.isPending && elsewhere.variables === id}
                  onClick={() => elsewhere.mutate(id)}
                >
                  Confirm through {name} instead, and come back here
                </Button>
              ))}
            </Stack>
            <Group justify="flex-end" mt="lg" gap="xs">
              {hasPasskey && (
                <Button
                  variant="default"
                  mr="auto"
                  loading={byPasskey.isPending}
                  onClick={() => byPasskey.mutate()}
                >
                  Use a passkey
                </Button>
              )}
              <Button variant="default" onClick={() => settlePasswordAsked(false)}>
                Cancel
              </Button>
              <Button type="submit" loading={confirming.isPending}>
                Confirm
              </Button>
            </Group>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
