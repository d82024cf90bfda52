import { PasswordInput, type PasswordInputProps } from '@mantine/core';

/** Mantine's input with what it leaves out: a toggle that the keyboard reaches, and the mark of a refused value. */
export function PasswordField({
  toggleLabel = 'Show the password',
  ...props
}: PasswordInputProps & { toggleLabel?: string }) {
  return (
    <PasswordInput
      {...props}
      aria-invalid={props.error ? true : undefined}
      visibilityToggleButtonProps={{ 'aria-label': toggleLabel, tabIndex: props.tabIndex ?? 0 }}
    />
  );
}
