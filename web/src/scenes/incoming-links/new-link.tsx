import { Button, Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { createIncomingLink } from '../../api/incoming-links.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { ClientConfiguration } from './client-configuration.tsx';
import { emptyLink, inputOf, LinkFields, linkFields } from './link-fields.tsx';
import classes from './links.module.css';

const title = 'Add an application';

export function NewIncomingLink() {
  return (
    <AdministratorsOnly title={title}>
      <NewLinkForm />
    </AdministratorsOnly>
  );
}

function NewLinkForm() {
  const [values, setValues] = useState(emptyLink);
  const [confidential, setConfidential] = useState(true);
  const creating = useMutation({
    mutationFn: () => createIncomingLink({ ...inputOf(values), confidential }),
  });
  const { fields, messages } = formErrors(creating.error, linkFields);
  const above = <TextLink to="/admin/incoming-links">Incoming links</TextLink>;
  if (creating.data) {
    return (
      <Page
        title={creating.data.name}
        narrow
        above={above}
        intro="It is added. People are asked before it gets anything."
        actions={
          <ButtonLink to="/admin/incoming-links" variant="default">
            Done
          </ButtonLink>
        }
      >
        <ClientConfiguration link={creating.data} secret={creating.data.secret} />
      </Page>
    );
  }
  return (
    <Page
      title={title}
      narrow
      above={above}
      intro="Afterwards the page shows what to set in the application."
    >
      <form
        className={classes.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          creating.mutate();
        }}
      >
        <FormAlert messages={messages} error={creating.error} />
        <LinkFields
          values={values}
          change={(part) => setValues((before) => ({ ...before, ...part }))}
          errors={fields}
        />
        <Switch
          label="It can keep a secret"
          description="A server can. An application that runs on people's computers or in their browsers cannot: it has no secret."
          checked={confidential}
          onChange={(event) => setConfidential(event.currentTarget.checked)}
        />
        <div>
          <Button type="submit" loading={creating.isPending}>
            Add
          </Button>
        </div>
      </form>
    </Page>
  );
}
