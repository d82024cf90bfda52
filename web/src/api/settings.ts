import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export type SettingValue = string | number | boolean | null | readonly string[];

/** What an administrator may change, by name. */
export type SiteSettings = Record<string, SettingValue>;

export interface SettingsAnswer {
  settings: SiteSettings;
  /** Names of settings that the server's configuration holds fixed, with the variable that does. */
  pinned: Record<string, string>;
}

const path = 'rest/tessera/1/settings';

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async ({ signal }) => read(await request<Record<string, unknown>>('GET', path, { signal })),
  // A refetch would overwrite what is being typed.
  refetchOnWindowFocus: false,
});

export async function changeSettings(changes: SiteSettings): Promise<SettingsAnswer> {
  return read(await request<Record<string, unknown>>('PUT', path, { body: changes }));
}

function read({ pinned, ...settings }: Record<string, unknown>): SettingsAnswer {
  return { settings: settings as SiteSettings, pinned: (pinned ?? {}) as Record<string, string> };
}
