import { Button, Group, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import classes from './confirm-dialog.module.css';
import { reasonOf } from './notify.ts';
import { WhyLink } from './why-link.tsx';

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  children: ReactNode;
  /** The deed itself, as the button says it: 'Revoke token'. */
  verb: string;
  /** For what can be undone after all. */
  calm?: boolean;
  act: () => Promise<unknown>;
  close: () => void;
}

/** Asks before what cannot be undone, and stays open with the reason when it fails. */
export function ConfirmDialog({
  opened,
  title,
  children,
  verb,
  calm = false,
  act,
  close,
}: ConfirmDialogProps) {
  const deed = useMutation({ mutationFn: act, onSuccess: close });
  const leave = () => {
    deed.reset();
    close();
  };
  return (
    <Modal opened={opened} onClose={leave} title={title} size="md">
      <div className={classes.text}>{children}</div>
      {deed.isError && (
        <p className={classes.error} role="alert">
          {reasonOf(deed.error)} <WhyLink error={deed.error} />
        </p>
      )}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={leave} data-autofocus>
          Cancel
        </Button>
        <Button color={calm ? undefined : 'red'} onClick={() => deed.mutate()} loading={deed.isPending}>
          {verb}
        </Button>
      </Group>
    </Modal>
  );
}
