import { PasswordInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { KnownField } from './kinds.ts';
import classes from './single-sign-on.module.css';

interface SettingInputProps {
  field: KnownField;
  value: string | boolean | readonly string[];
  /** A secret is stored already; an empty field keeps it. */
  kept: boolean;
  error: string | undefined;
  change: (value: string | boolean | readonly string[]) => void;
}

export function SettingInput({ field, value, kept, error, change }: SettingInputProps) {
  const { label, explanation, kind, placeholder, required = false, unit } = field;
  const common = { label, description: explanation, error, name: `settings.${field.name}` };
  switch (kind) {
    case 'switch':
      return (
        <Switch
          {...common}
          checked={value === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          className={classes.choice}
          data={[...(field.choices ?? [])]}
          allowDeselect={false}
          value={String(value)}
          onChange={(chosen) => chosen !== null && change(chosen)}
        />
      );
    case 'words':
      return (
        <TagsInput
          {...common}
          value={[...(value as readonly string[])]}
          onChange={change}
          splitChars={[' ', ',']}
        />
      );
    case 'secret':
      return (
        <PasswordInput
          {...common}
          autoComplete="new-password"
          placeholder={kept ? 'Stored. Type another one to change it.' : undefined}
          value={String(value)}
          onChange={(event) => change(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': `Show ${label.toLowerCase()}` }}
        />
      );
    case 'certificates':
    case 'pem':
      return (
        <Textarea
          {...common}
          required={required}
          classNames={{ input: classes.pem ?? '' }}
          rows={6}
          spellCheck={false}
          placeholder={'-----BEGIN CERTIFICATE-----\nMIIC…\n-----END CERTIFICATE-----'}
          value={String(value)}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          required={required}
          classNames={{ wrapper: (kind === 'number' ? classes.number : undefined) ?? '' }}
          inputMode={kind === 'number' ? 'numeric' : 'text'}
          rightSection={unit && <span className={classes.unit}>{unit}</span>}
          rightSectionWidth={unit ? 76 : undefined}
          rightSectionPointerEvents="none"
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={String(value)}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
  }
}
