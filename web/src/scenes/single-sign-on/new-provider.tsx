import { Button, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createProvider, type ProviderKind } from '../../api/identity-providers.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { TextLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { kinds } from './kinds.ts';
import classes from './single-sign-on.module.css';

const title = 'Add an identity provider';

export function NewProvider() {
  return (
    <AdministratorsOnly title={title}>
      <NewProviderForm />
    </AdministratorsOnly>
  );
}

/** A name and a kind make it; only then are this site's addresses for it known, which the other side asks for first. */
function NewProviderForm() {
  const navigate = useNavigate();
  const [kind, setKind] = useState<ProviderKind>('saml');
  const [name, setName] = useState('');
  const creating = useMutation({
    mutationFn: () => createProvider({ kind, name: name.trim(), enabled: false, settings: {} }),
    onSuccess: ({ id }) =>
      navigate({ to: '/admin/sign-in/$providerId', params: { providerId: id }, search: {}, replace: true }),
  });
  const { fields, messages } = formErrors(creating.error, ['name', 'kind']);
  return (
    <Page
      title={title}
      narrow
      above={<TextLink to="/admin/sign-in">Single sign-on</TextLink>}
      intro="It stays switched off, and can be tested, until you switch it on."
    >
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          creating.mutate();
        }}
      >
        <FormAlert messages={messages} error={creating.error} />
        <Radio.Group
          label="What is it?"
          value={kind}
          onChange={(chosen) => setKind(chosen as ProviderKind)}
          error={fields.kind}
        >
          <Stack gap="sm" mt={8}>
            {Object.entries(kinds).map(([value, { label, explanation }]) => (
              <Radio key={value} value={value} label={label} description={explanation} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label="Name"
          description="As people know it: the button says “Sign in with …”."
          placeholder="Corp login"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fields.name}
        />
        <div>
          <Button type="submit" loading={creating.isPending}>
            Go on
          </Button>
        </div>
      </form>
    </Page>
  );
}
