import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import classes from './copy.module.css';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** Several lines to be copied whole, such as a program. */
export function CopyBlock({ value, label }: { value: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <figure className={classes.block}>
      <figcaption className={classes.caption}>
        {label}
        {/* Without https browsers close the clipboard; the text can be selected all the same. */}
        {navigator.clipboard && (
          <Button
            variant="default"
            size="compact-xs"
            leftSection={copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
            aria-label={copied ? `Copied: ${label}` : `Copy ${label}`}
            onClick={async () => {
              await navigator.clipboard.writeText(value);
              setCopied(true);
            }}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
      <pre className={classes.lines} tabIndex={0}>
        <code>{value}</code>
      </pre>
      <span className="visually-hidden" role="status">
        {copied ? `${label} copied` : ''}
      </span>
    </figure>
  );
}
