import { Switch, TextInput } from '@mantine/core';
import { LockIcon } from '../../components/icons.tsx';
import type { KnownSetting } from './known-settings.ts';
import classes from './settings.module.css';

interface SettingFieldProps {
  setting: KnownSetting;
  value: string | boolean;
  /** The variable of the server's configuration that holds it fixed. */
  pinnedBy: string | undefined;
  error: string | undefined;
  change: (value: string | boolean) => void;
}

export function SettingField({ setting, value, pinnedBy, error, change }: SettingFieldProps) {
  const { name, label, explanation, kind, unit, empty } = setting;
  const pinned = pinnedBy !== undefined && (
    <span className={classes.pinned}>
      <LockIcon size={13} /> Fixed by <code>{pinnedBy}</code> in the server’s configuration.
    </span>
  );
  const description = (
    <>
      {explanation}
      {empty && ` Empty: ${empty}.`} {pinned}
    </>
  );
  if (kind === 'switch') {
    return (
      <Switch
        name={name}
        label={label}
        description={description}
        checked={value === true}
        disabled={pinnedBy !== undefined}
        error={error}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  }
  return (
    <TextInput
      classNames={{ wrapper: (kind === 'number' ? classes.number : classes.text) ?? '' }}
      name={name}
      label={label}
      description={description}
      inputMode={kind === 'number' ? 'numeric' : 'text'}
      maxLength={kind === 'text' ? setting.max : 9}
      rightSection={unit && <span className={classes.unit}>{unit}</span>}
      rightSectionWidth={unit ? Math.max(76, 7 * unit.length) : undefined}
      rightSectionPointerEvents="none"
      autoComplete="off"
      value={String(value)}
      disabled={pinnedBy !== undefined}
      error={error}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
