import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import classes from './copy.module.css';
import { CheckIcon, CopyIcon } from './icons.tsx';

interface CopyLineProps {
  value: string;
  label: string;
  autoFocus?: boolean;
}

/** One line to be copied whole, such as a command or a secret. */
export function CopyLine({ value, label, autoFocus = false }: CopyLineProps) {
  const line = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    // Browsers close the clipboard interface to pages over plain http; selecting and copying still works there.
    if (navigator.clipboard)
      await navigator.clipboard.writeText(value).catch(() => copySelected(line.current));
    else copySelected(line.current);
    setCopied(true);
  };

  return (
    <div className={classes.line}>
      <input
        ref={line}
        className={classes.value}
        readOnly
        spellCheck={false}
        value={value}
        aria-label={label}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        variant="default"
        size="xs"
        onClick={copy}
        leftSection={copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
        aria-label={copied ? `Copied: ${label.toLowerCase()}` : `Copy ${label.toLowerCase()}`}
        className={classes.button}
        data-autofocus={autoFocus || undefined}
      >
        {copied ? 'Copied' : 'Copy'}
      </Button>
      <span className="visually-hidden" role="status">
        {copied ? `${label} copied` : ''}
      </span>
    </div>
  );
}

function copySelected(input: HTMLInputElement | null): void {
  input?.select();
  document.execCommand('copy');
}
