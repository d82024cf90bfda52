import { Button, Switch, TagsInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import {
  type AccountRules,
  changeProvider,
  type IdentityProvider,
  visitProvider,
} from '../../api/identity-providers.ts';
import { ApiError } from '../../api/request.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone, notifyFailure } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { AccountRulesFields } from './account-rules-fields.tsx';
import { kinds, settingsOf, typedOf } from './kinds.ts';
import { SamlImport } from './saml-import.tsx';
import { SettingInput } from './setting-input.tsx';
import classes from './single-sign-on.module.css';

export function ProviderForm({ provider }: { provider: IdentityProvider }) {
  const kind = kinds[provider.kind];
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(provider.name);
  const [enabled, setEnabled] = useState(provider.enabled);
  const [settings, setSettings] = useState(() => typedOf(kind, provider.settings));
  const [rules, setRules] = useState<AccountRules>(provider.accountRules);
  const [domains, setDomains] = useState(provider.requiredDomains);
  const [isTouched, setTouched] = useState(false);
  const [showsRare, setShowsRare] = useState(() =>
    kind.fields.some((field) => field.rare && provider.settings[field.name] !== undefined),
  );
  const touching =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      setTouched(true);
      set(value);
    };
  const saving = useMutation({
    mutationFn: () =>
      changeProvider(provider.id, {
        name: name.trim(),
        enabled,
        settings: settingsOf(kind, settings),
        accountRules: rules,
        requiredDomains: domains,
      }),
    onSuccess: (changed) => {
      setTouched(false);
      setSettings(typedOf(kind, changed.settings));
      setDomains(changed.requiredDomains);
      notifyDone(`${changed.name} is saved${changed.enabled ? ' and in use' : ''}.`);
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      if (kind.fields.some((field) => field.rare && error.fields[`settings.${field.name}`]))
        setShowsRare(true);
      setTimeout(() => {
        const wrong = Object.keys(error.fields)[0];
        form.current?.querySelector<HTMLElement>(`[name="${wrong}"]`)?.focus();
      });
    },
  });
  const testing = useMutation({
    mutationFn: () => visitProvider(provider.id, 'test'),
    onError: (error) => notifyFailure('The test did not begin', error),
  });
  const shown = [
    'name',
    'requiredDomains',
    'accountRules',
    ...kind.fields.map((field) => `settings.${field.name}`),
  ];
  const { fields, messages } = formErrors(saving.error, shown);
  const isSetUp = Object.keys(provider.settings).length > 0;
  const inputs = (rare: boolean): ReactNode =>
    kind.fields
      .filter((field) => (field.rare ?? false) === rare)
      .map((field) => (
        <SettingInput
          key={field.name}
          field={field}
          value={settings[field.name] ?? ''}
          kept={provider.hasSecrets}
          error={fields[`settings.${field.name}`]}
          change={(value) => {
            setTouched(true);
            setSettings((before) => ({ ...before, [field.name]: value }));
          }}
        />
      ));
  const hasRare = kind.fields.some((field) => field.rare);

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <Section title={`What this site must know of the ${kind.noun}`}>
        <div className={classes.fields}>
          {provider.kind === 'saml' && (
            <SamlImport
              take={(read) => {
                setTouched(true);
                setSettings((before) => ({
                  ...before,
                  ...typedOf(kind, { ...settingsOf(kind, before), ...read }),
                }));
              }}
            />
          )}
          <TextInput
            name="name"
            label="Name"
            description={
              provider.kind === 'ldap' ? 'As administrators know it.' : 'The button says “Sign in with …”.'
            }
            required
            maxLength={100}
            value={name}
            onChange={(event) => touching(setName)(event.currentTarget.value)}
            error={fields.name}
          />
          {inputs(false)}
          {hasRare && !showsRare && (
            <Button
              variant="subtle"
              size="compact-sm"
              className={classes.more}
              onClick={() => setShowsRare(true)}
            >
              More settings
            </Button>
          )}
          {showsRare && inputs(true)}
        </div>
      </Section>
      <Section
        title="What becomes of who signs in"
        intro="Somebody is the provider together with its lasting name for them, never an e-mail address alone. An account that exists here already is linked by its owner, or by an administrator."
      >
        <AccountRulesFields
          kind={provider.kind}
          rules={rules}
          change={touching(setRules)}
          error={fields.accountRules}
        />
      </Section>
      <Section
        title="Who must come this way"
        intro="People whose e-mail address is in one of these domains cannot use a password of this site any more, on the pages nor over REST. Their API tokens go on working. Name an emergency account first."
      >
        <div className={classes.fields}>
          <TagsInput
            name="requiredDomains"
            label="E-mail domains"
            placeholder={domains.length === 0 ? 'example.com' : ''}
            value={domains}
            onChange={touching(setDomains)}
            splitChars={[' ', ',']}
            error={fields.requiredDomains}
          />
        </div>
      </Section>
      <div className={classes.foot}>
        <FormAlert messages={messages} error={saving.error} />
        <div>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
          {provider.kind !== 'ldap' && (
            <Button
              variant="default"
              disabled={!isSetUp || isTouched}
              loading={testing.isPending}
              onClick={() => testing.mutate()}
            >
              Test this
            </Button>
          )}
          <Switch
            label="In use"
            checked={enabled}
            onChange={(event) => touching(setEnabled)(event.currentTarget.checked)}
          />
          <span className={classes.dim} role="status">
            {isTouched
              ? 'Not saved yet.'
              : !isSetUp
                ? 'Can be tested once it is saved.'
                : provider.kind === 'ldap'
                  ? ''
                  : 'A test signs you in there and changes nothing here.'}
          </span>
        </div>
      </div>
    </form>
  );
}
