import { Button, Group, Modal } from '@mantine/core';
import { useSession } from '../../api/session.ts';
import { RecoveryCodes } from '../../components/recovery-codes.tsx';
import classes from './security.module.css';

/** Shown once: neither a stray click nor a stray key may take them away. */
export function CodesDialog({ codes, close }: { codes: readonly string[]; close: () => void }) {
  const { user } = useSession();
  return (
    <Modal
      opened
      onClose={close}
      title="Keep your recovery codes"
      size={640}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <p className={classes.words}>
        If you lose your phone or your passkey, each of these lets you in once after your password. They are
        shown this once only; keep them where your phone is not.
      </p>
      <div className={classes.codes}>
        <RecoveryCodes codes={codes} account={user?.name ?? 'account'} />
      </div>
      <Group justify="flex-end" mt="lg">
        <Button onClick={close} data-autofocus>
          I have kept them
        </Button>
      </Group>
    </Modal>
  );
}
