import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type ApplicationLink, changeLink, linkQuery, removeLink } from '../../api/application-links.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { TextLink } from '../../components/links.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { ClientConfiguration } from './client-configuration.tsx';
import { inputOf, LinkFields, type LinkValues, linkFields } from './link-fields.tsx';
import classes from './links.module.css';

const route = getRouteApi('/shell/admin/application-links/$linkId');

export function ApplicationLinkPage() {
  const { linkId } = route.useParams();
  return (
    <AdministratorsOnly title="Application link">
      <LinkPage key={linkId} id={linkId} />
    </AdministratorsOnly>
  );
}

function LinkPage({ id }: { id: string }) {
  const navigate = useNavigate();
  const [removing, setRemoving] = useState(false);
  const link = useQuery(linkQuery(id));
  const { data } = link;
  return (
    <Page
      title={data?.name ?? 'Application link'}
      narrow
      above={<TextLink to="/admin/application-links">Application links</TextLink>}
      intro={
        data &&
        `OAuth 1.0a. ${data.people === 1 ? '1 person lets' : `${data.people} people let`} it act for them.`
      }
      actions={
        data && (
          <Button variant="default" onClick={() => setRemoving(true)}>
            Remove…
          </Button>
        )
      }
    >
      {link.isPending && <Loading rows={8} label="Loading the application link" />}
      {link.isError && <Failure error={link.error} retry={link.refetch} what="application link" />}
      {data && <ClientConfiguration link={data} />}
      {data && <LinkForm link={data} />}
      <ConfirmDialog
        opened={removing}
        title={`Remove ${data?.name}?`}
        verb="Remove"
        close={() => setRemoving(false)}
        act={async () => {
          await removeLink(id);
          await navigate({ to: '/admin/application-links' });
          notifyDone(`${data?.name} is removed.`);
        }}
      >
        It is refused from its next request on, and what people let it do is gone. Added again, it must ask
        them anew.
      </ConfirmDialog>
    </Page>
  );
}

const valuesOf = (link: ApplicationLink): LinkValues => ({
  name: link.name,
  consumerKey: link.consumerKey,
  publicKey: link.publicKey,
  callback: link.callback ?? '',
  twoLegged: link.twoLeggedAccount !== null,
  account: link.twoLeggedAccount,
  impersonation: link.impersonation,
});

function LinkForm({ link }: { link: ApplicationLink }) {
  const [values, setValues] = useState(() => valuesOf(link));
  const saving = useMutation({
    mutationFn: () => changeLink(link.id, inputOf(values)),
    onSuccess: (changed) => {
      setValues(valuesOf(changed));
      notifyDone(`${changed.name} is saved.`);
    },
  });
  const { fields, messages } = formErrors(saving.error, linkFields);
  return (
    <Section title="What this site knows of the application">
      <form
        className={classes.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <FormAlert messages={messages} error={saving.error} />
        <LinkFields
          values={values}
          change={(part) => setValues((before) => ({ ...before, ...part }))}
          errors={fields}
        />
        <div>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Section>
  );
}
