import { TextInput } from '@mantine/core';
import type { RefObject } from 'react';
import type { Enrolment } from '../api/factors.ts';
import classes from './authenticator-setup.module.css';
import { CopyLine } from './copy.tsx';

interface AuthenticatorSetupProps {
  enrolment: Enrolment;
  code: string;
  onCode: (code: string) => void;
  error?: string | undefined;
  inputRef?: RefObject<HTMLInputElement | null>;
}

/** The picture for the app's camera, the key for typing, and the field for the first code. */
export function AuthenticatorSetup({ enrolment, code, onCode, error, inputRef }: AuthenticatorSetupProps) {
  return (
    <div className={classes.steps}>
      <p className={classes.words}>
        1. Open an authenticator app on your phone (any that shows six-digit codes) and scan this picture.
      </p>
      <img
        className={classes.qr}
        alt="QR code for the authenticator app; the key below says the same"
        src={`data:image/svg+xml;utf8,${encodeURIComponent(enrolment.qr)}`}
        width={196}
        height={196}
      />
      <details className={classes.details}>
        <summary>No camera? Type this key instead</summary>
        <CopyLine value={enrolment.secret} label="Key for the app" />
      </details>
      <p className={classes.words}>2. Type the code that the app shows now.</p>
      <CodeField value={code} onChange={onCode} error={error} inputRef={inputRef} label="Code" />
    </div>
  );
}

interface CodeFieldProps {
  label: string;
  description?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  inputRef?: RefObject<HTMLInputElement | null> | undefined;
}

/** Phones offer the code themselves (autocomplete one-time-code). */
export function CodeField({ label, description, value, onChange, error, inputRef }: CodeFieldProps) {
  return (
    <TextInput
      ref={inputRef ?? null}
      label={label}
      description={description}
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      required
      withAsterisk={false}
      maxLength={40}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}
