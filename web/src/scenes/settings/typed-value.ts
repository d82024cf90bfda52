import type { SettingValue } from '../../api/settings.ts';
import type { KnownSetting } from './known-settings.ts';

/** A setting as its field holds it. */
export function typedText(value: SettingValue | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

/** What was typed as the server takes it, or what is wrong with it. */
export function readTyped(setting: KnownSetting, typed: string): { value: SettingValue } | { error: string } {
  const text = typed.trim();
  if (setting.kind === 'text') return text === '' ? { error: 'This cannot be empty.' } : { value: text };
  if (text === '') {
    return setting.empty === undefined ? { error: 'Type a number.' } : { value: null };
  }
  const number = Number(text);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = setting;
  if (!/^\d+$/.test(text) || number < min || number > max) {
    const orEmpty = setting.empty === undefined ? '' : `, or leave it empty for ${setting.empty}`;
    return {
      error: Number.isFinite(max)
        ? `Type a whole number from ${min} to ${max}${orEmpty}.`
        : `Type a whole number${orEmpty}.`,
    };
  }
  return { value: number };
}
