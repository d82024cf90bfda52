import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createLink } from '../../api/application-links.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { CopyBlock } from '../../components/copy-block.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { TextLink } from '../../components/links.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { emptyLink, inputOf, LinkFields, linkFields } from './link-fields.tsx';
import classes from './links.module.css';

const title = 'Add an application';

export function NewLink() {
  return (
    <AdministratorsOnly title={title}>
      <NewLinkForm />
    </AdministratorsOnly>
  );
}

const makeKey = `openssl genrsa -out tessera.key 3072
openssl rsa -in tessera.key -pubout`;

function NewLinkForm() {
  const navigate = useNavigate();
  const [values, setValues] = useState(emptyLink);
  const creating = useMutation({
    mutationFn: () => createLink(inputOf(values)),
    onSuccess: async ({ id, name }) => {
      await navigate({ to: '/admin/application-links/$linkId', params: { linkId: id }, replace: true });
      notifyDone(`${name} is added.`);
    },
  });
  const { fields, messages } = formErrors(creating.error, linkFields);
  return (
    <Page
      title={title}
      narrow
      above={<TextLink to="/admin/application-links">Application links</TextLink>}
      intro="Afterwards the page shows what to set in the application."
    >
      <Section
        title="A pair of keys"
        intro="Made where the application runs. The first file is its private key; what the second line prints goes below."
      >
        <div className={classes.snippet}>
          <CopyBlock value={makeKey} label="Shell" />
        </div>
      </Section>
      <Section title="What this site must know of the application">
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
          <div>
            <Button type="submit" loading={creating.isPending}>
              Add
            </Button>
          </div>
        </form>
      </Section>
    </Page>
  );
}
