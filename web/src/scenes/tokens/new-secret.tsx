import { Button, Group } from '@mantine/core';
import { useSession } from '../../api/session.ts';
import { CopyLine } from '../../components/copy.tsx';
import { AlertIcon } from '../../components/icons.tsx';
import { curlLine } from './how-to-use.tsx';
import classes from './tokens.module.css';

/** The one time that a secret is shown. */
interface NewSecretProps {
  rawToken: string;
  /** The address it is sent with; left out: one's own. */
  email?: string | undefined;
  done: () => void;
}

export function NewSecret({ rawToken, email, done }: NewSecretProps) {
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
          <CopyLine value={curlLine(email ?? user?.emailAddress ?? '', rawToken)} label="Curl command" />
        </div>
      </div>
      <Group justify="flex-end" mt="lg">
        <Button onClick={done}>I have copied it</Button>
      </Group>
    </>
  );
}
