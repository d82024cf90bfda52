import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { ApiError } from '../../api/request.ts';
import { sessionQuery } from '../../api/session.ts';
import { changeSettings, type SettingsAnswer, type SiteSettings, settingsQuery } from '../../api/settings.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { FactorGroups } from './factor-groups.tsx';
import { type KnownSetting, otherSettings, type SettingGroup, settingGroups } from './known-settings.ts';
import { SettingField } from './setting-field.tsx';
import classes from './settings.module.css';
import { readTyped, typedText } from './typed-value.ts';

export function Settings() {
  return (
    <AdministratorsOnly title="Settings">
      <SettingsPage />
    </AdministratorsOnly>
  );
}

function SettingsPage() {
  const settings = useQuery(settingsQuery);
  return (
    <Page title="Settings" narrow intro="They count for the whole site, from the next request on.">
      {settings.isPending && <Loading rows={8} label="Loading the settings" />}
      {settings.isError && <Failure error={settings.error} retry={settings.refetch} what="page" />}
      {settings.data && <SettingsForm answer={settings.data} />}
      {settings.data && <FactorGroups />}
    </Page>
  );
}

function groupsFor(values: SiteSettings): SettingGroup[] {
  const groups = settingGroups
    .map((group) => ({ ...group, settings: group.settings.filter(({ name }) => name in values) }))
    .filter((group) => group.settings.length > 0);
  const others = otherSettings(values);
  return others.length === 0 ? groups : [...groups, { title: 'Other settings', settings: others }];
}

function SettingsForm({ answer: { settings, pinned } }: { answer: SettingsAnswer }) {
  const form = useRef<HTMLFormElement>(null);
  // Only what was touched, so that a setting that somebody else changes meanwhile is not changed back.
  const [typed, setTyped] = useState<Record<string, string | boolean>>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const groups = groupsFor(settings);
  const known = groups.flatMap((group) => group.settings);
  const names = known.map(({ name }) => name);
  const focus = (errors: Record<string, string>) => {
    const first = names.find((name) => errors[name] !== undefined);
    form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };
  const saving = useMutation({
    mutationFn: changeSettings,
    onSuccess: async (answer) => {
      queryClient.setQueryData(settingsQuery.queryKey, answer);
      setTyped({});
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      notifyDone('The settings are saved.');
    },
    onError: (error) => error instanceof ApiError && focus(error.fields),
  });
  const { fields, messages } = formErrors(saving.error, names);

  const save = () => {
    const changes: SiteSettings = {};
    const errors: Record<string, string> = {};
    for (const setting of known) {
      const value = typed[setting.name];
      if (value === undefined) continue;
      const read = typeof value === 'boolean' ? { value } : readTyped(setting, value);
      if ('error' in read) errors[setting.name] = read.error;
      else if (read.value !== settings[setting.name]) changes[setting.name] = read.value;
    }
    setWrong(errors);
    if (Object.keys(errors).length > 0) return focus(errors);
    if (Object.keys(changes).length === 0) return notifyDone('Nothing has changed.');
    saving.mutate(changes);
  };
  const change = (setting: KnownSetting, value: string | boolean) => {
    setTyped({ ...typed, [setting.name]: value });
    setWrong({ ...wrong, [setting.name]: '' });
  };

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {groups.map((group) => (
        <Section key={group.title} title={group.title} intro={group.intro}>
          <div className={classes.settings}>
            {group.settings.map((setting) => {
              const value = settings[setting.name];
              return (
                <SettingField
                  key={setting.name}
                  setting={setting}
                  value={typed[setting.name] ?? (typeof value === 'boolean' ? value : typedText(value))}
                  pinnedBy={pinned[setting.name]}
                  error={wrong[setting.name] || fields[setting.name]}
                  change={(next) => change(setting, next)}
                />
              );
            })}
          </div>
        </Section>
      ))}
      <div className={classes.foot}>
        <FormAlert messages={messages} error={saving.error} />
        <Button type="submit" loading={saving.isPending}>
          Save settings
        </Button>
      </div>
    </form>
  );
}
