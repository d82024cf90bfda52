import type { PasswordInputProps } from '@mantine/core';
import { PasswordField } from './password-field.tsx';

const shortest = 15;

interface NewPasswordFieldProps extends Omit<PasswordInputProps, 'value'> {
  value: string;
  /** What else is to be known before one is chosen. */
  before?: string;
}

/** For choosing a password: the rules stand there before anything is typed, and the length is counted as it is. */
export function NewPasswordField({ label = 'New password', value, before, ...props }: NewPasswordFieldProps) {
  // As the server counts: characters, in one Unicode form.
  const length = [...value.normalize('NFKC')].length;
  return (
    <PasswordField
      label={label}
      autoComplete="new-password"
      toggleLabel={`Show the ${String(label).toLowerCase()}`}
      value={value}
      {...props}
      description={
        <>
          {before} At least {shortest} characters, any you like; a few unrelated words make a good one. Not
          one that is known from a data breach, nor a name.
          {length > 0 && (
            <span style={{ display: 'block' }}>
              {length < shortest
                ? `${length} of ${shortest} characters so far.`
                : `${length} characters: long enough.`}
            </span>
          )}
        </>
      }
    />
  );
}
