import { Button, Group, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { type ApiToken, rotateToken, type TokenOwner, tokensOfQuery } from '../../api/tokens.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { parseTime } from '../../components/when.tsx';
import { ExpirySelect } from './expiry-select.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import type { ServiceTokens } from './service-tokens.ts';
import classes from './tokens.module.css';

const overlaps = [
  { value: '0', label: 'Not at all' },
  { value: '1', label: '1 hour' },
  { value: '24', label: '1 day' },
  { value: '72', label: '3 days' },
];

/** A new secret for a token, while the old one works on until the new one is where it belongs. */
interface RotateTokenDialogProps {
  /** null: closed. */
  token: ApiToken | null;
  close: () => void;
  /** A service account's; left out: one's own. */
  of?: ServiceTokens;
}

export function RotateTokenDialog({ token, close, of }: RotateTokenDialogProps) {
  return (
    <SecretDialog
      opened={token !== null}
      close={close}
      title={`Rotate “${token?.name}”`}
      secretTitle="The new secret"
      email={of?.emailAddress}
      form={(made, cancel) =>
        token && <RotationForm of={of?.accountId ?? null} token={token} rotated={made} cancel={cancel} />
      }
    />
  );
}

interface RotationFormProps {
  of: TokenOwner;
  token: ApiToken;
  rotated: (rawToken: string) => void;
  cancel: () => void;
}

function RotationForm({ of, token, rotated, cancel }: RotationFormProps) {
  const [overlap, setOverlap] = useState('24');
  const [days, setDays] = useState(lifeOf(token));
  const rotating = useMutation({
    mutationFn: () => rotateToken(of, token.id, { overlapHours: Number(overlap), expirationDuration: days }),
    onSuccess: async (next) => {
      rotated(next.rawToken);
      await queryClient.invalidateQueries({ queryKey: tokensOfQuery(of).queryKey });
    },
  });
  const { fields, messages } = formErrors(rotating.error, ['overlapHours', 'expirationDuration']);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rotating.mutate();
      }}
    >
      <div className={classes.steps}>
        <p>
          The token gets a new secret. Its label and what it may do stay; what uses it needs the new secret.
        </p>
        <FormAlert messages={messages} error={rotating.error} />
        <Select
          label="The old secret works on for"
          data={overlaps}
          value={overlap}
          onChange={(value) => setOverlap(value ?? '24')}
          allowDeselect={false}
          description={
            overlap === '0'
              ? 'It is refused from the next request on, and so are the ones before it.'
              : 'Long enough to put the new one in its place.'
          }
          error={fields.overlapHours}
          data-autofocus
        />
        <ExpirySelect days={days} change={setDays} error={fields.expirationDuration} />
      </div>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
        <Button type="submit" loading={rotating.isPending}>
          Rotate token
        </Button>
      </Group>
    </form>
  );
}

/** As long as it was to live, to the nearest choice. */
function lifeOf({ createdAt, expiringAt }: ApiToken): number | null {
  if (expiringAt === null) return null;
  const lived = Math.round((parseTime(expiringAt) - parseTime(createdAt)) / 86_400_000);
  return [7, 30, 90, 180, 365].find((days) => days >= lived) ?? 365;
}
