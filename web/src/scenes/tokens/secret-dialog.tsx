import { Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { NewSecret } from './new-secret.tsx';

interface SecretDialogProps {
  opened: boolean;
  close: () => void;
  title: string;
  /** When the secret is there. */
  secretTitle: string;
  /** The address that it is sent with; left out: one's own. */
  email?: string | undefined;
  /** What is filled in before. */
  form: (made: (rawToken: string) => void, cancel: () => void) => ReactNode;
}

/** A form whose result is a secret that is shown once. */
export function SecretDialog({ opened, close, title, secretTitle, email, form }: SecretDialogProps) {
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
      title={rawToken === null ? title : secretTitle}
      // The secret is shown once: neither a stray click nor a stray key may take it away.
      closeOnClickOutside={false}
      closeOnEscape={rawToken === null}
      withCloseButton={rawToken === null}
    >
      {rawToken === null ? (
        form(setRawToken, finish)
      ) : (
        <NewSecret rawToken={rawToken} email={email} done={finish} />
      )}
    </Modal>
  );
}
