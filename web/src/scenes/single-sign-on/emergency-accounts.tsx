import { Button, TagsInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { changeSettings, settingsQuery } from '../../api/settings.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import classes from './single-sign-on.module.css';

/** The setting `ssoExemptUsers`: it belongs to this page, where the domains are required. */
export function EmergencyAccounts() {
  const settings = useQuery(settingsQuery);
  const [typed, setTyped] = useState<string[] | null>(null);
  const saving = useMutation({
    mutationFn: (names: string[]) => changeSettings({ ssoExemptUsers: names }),
    onSuccess: (answer) => {
      queryClient.setQueryData(settingsQuery.queryKey, answer);
      setTyped(null);
      notifyDone('The emergency accounts are saved.');
    },
  });
  const { fields, messages } = formErrors(saving.error, ['ssoExemptUsers']);
  if (!settings.data) return null;
  const stored = settings.data.settings.ssoExemptUsers;
  const value = typed ?? (Array.isArray(stored) ? stored.map(String) : []);
  return (
    <Section
      title="When a provider is down"
      intro="These accounts go on signing in with their password though their domain requires a provider. Name one administrator at least, with a long password and a second step. “tessera user sign-in-link” on the machine itself lets an administrator in as well."
    >
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate(value);
        }}
      >
        <FormAlert messages={messages} error={saving.error} />
        <TagsInput
          label="Emergency accounts"
          description="User names; Enter adds one."
          placeholder={value.length === 0 ? 'admin' : ''}
          value={value}
          onChange={setTyped}
          error={fields.ssoExemptUsers}
        />
        <div>
          <Button type="submit" variant="default" disabled={typed === null} loading={saving.isPending}>
            Save accounts
          </Button>
        </div>
      </form>
    </Section>
  );
}
