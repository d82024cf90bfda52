import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { CheckIcon, CopyIcon } from './icons.tsx';
import classes from './recovery-codes.module.css';

/** Ten codes that are shown once: to be copied, saved or printed. */
export function RecoveryCodes({ codes, account }: { codes: readonly string[]; account: string }) {
  const [copied, setCopied] = useState(false);
  const text = `Recovery codes of ${account} at ${window.location.host}. Each works once.\n\n${codes.join('\n')}\n`;
  return (
    <>
      <ol className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
          onClick={async () => {
            await navigator.clipboard?.writeText(text).catch(() => undefined);
            setCopied(true);
          }}
        >
          {copied ? 'Copied' : 'Copy'}
        </Button>
        <Button
          component="a"
          variant="default"
          size="xs"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download={`recovery-codes-${account}.txt`}
        >
          Save as a file
        </Button>
        <Button variant="default" size="xs" onClick={() => window.print()}>
          Print
        </Button>
      </Group>
    </>
  );
}
