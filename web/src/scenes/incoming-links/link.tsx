import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  changeIncomingLink,
  type IncomingLink,
  incomingLinkQuery,
  removeIncomingLink,
  rotateSecret,
} from '../../api/incoming-links.ts';
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

const route = getRouteApi('/shell/admin/incoming-links/$linkId');

export function IncomingLinkPage() {
  const { linkId } = route.useParams();
  return (
    <AdministratorsOnly title="Incoming link">
      <LinkPage key={linkId} id={linkId} />
    </AdministratorsOnly>
  );
}

function LinkPage({ id }: { id: string }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'remove' | 'rotate' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const link = useQuery(incomingLinkQuery(id));
  const { data } = link;
  return (
    <Page
      title={data?.name ?? 'Incoming link'}
      narrow
      above={<TextLink to="/admin/incoming-links">Incoming links</TextLink>}
      intro={
        data && (data.confidential ? 'It has a client secret.' : 'A public application, without a secret.')
      }
      actions={
        data && (
          <>
            {data.confidential && (
              <Button variant="default" onClick={() => setAsking('rotate')}>
                New secret…
              </Button>
            )}
            <Button variant="default" onClick={() => setAsking('remove')}>
              Remove…
            </Button>
          </>
        )
      }
    >
      {link.isPending && <Loading rows={8} label="Loading the incoming link" />}
      {link.isError && <Failure error={link.error} retry={link.refetch} what="incoming link" />}
      {data && <ClientConfiguration link={data} secret={secret} />}
      {data && <LinkForm link={data} />}
      <ConfirmDialog
        opened={asking === 'rotate'}
        title={`A new secret for ${data?.name}?`}
        verb="Make a new one"
        close={() => setAsking(null)}
        act={async () => {
          setSecret((await rotateSecret(id)).secret);
          notifyDone('The new secret is on this page.');
        }}
      >
        The present one counts no more from then on: the application cannot renew its access until it has the
        new one. Access that people allowed stays.
      </ConfirmDialog>
      <ConfirmDialog
        opened={asking === 'remove'}
        title={`Remove ${data?.name}?`}
        verb="Remove"
        close={() => setAsking(null)}
        act={async () => {
          await removeIncomingLink(id);
          await navigate({ to: '/admin/incoming-links' });
          notifyDone(`${data?.name} is removed.`);
        }}
      >
        It is refused from its next request on, and what people let it do is gone. Added again, it must ask
        them anew.
      </ConfirmDialog>
    </Page>
  );
}

const valuesOf = (link: IncomingLink): LinkValues => ({
  name: link.name,
  redirectUris: link.redirectUris.join('\n'),
  scopes: link.scopes,
  grants: link.grants,
  actsAs: link.actsAs ?? '',
});

function LinkForm({ link }: { link: IncomingLink }) {
  const [values, setValues] = useState(() => valuesOf(link));
  const saving = useMutation({
    mutationFn: () => changeIncomingLink(link.id, inputOf(values)),
    onSuccess: (changed) => {
      setValues(valuesOf(changed));
      notifyDone(`${changed.name} is saved.`);
    },
  });
  const { fields, messages } = formErrors(saving.error, linkFields);
  return (
    <Section
      title="What this site knows of the application"
      intro="A scope that is taken away counts no more for access that people allowed before."
    >
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
