import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteProvider, type IdentityProvider, providerQuery } from '../../api/identity-providers.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { TextLink } from '../../components/links.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { DirectorySyncs } from './directory-syncs.tsx';
import { DirectoryTest } from './directory-test.tsx';
import { kinds } from './kinds.ts';
import { OidcTold } from './oidc-told.tsx';
import { ProviderForm } from './provider-form.tsx';
import { State } from './providers.tsx';
import { SamlKeys } from './saml-keys.tsx';
import { SamlTold } from './saml-told.tsx';
import { ScimSection } from './scim-section.tsx';
import classes from './single-sign-on.module.css';
import { TestResult } from './test-result.tsx';

const route = getRouteApi('/shell/admin/sign-in/$providerId');

export function Provider() {
  const { providerId } = route.useParams();
  return (
    <AdministratorsOnly title="Identity provider">
      <ProviderPage key={providerId} id={providerId} />
    </AdministratorsOnly>
  );
}

function ProviderPage({ id }: { id: string }) {
  const { test } = route.useSearch();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const provider = useQuery(providerQuery(id));
  const { data } = provider;
  return (
    <Page
      title={data?.name ?? 'Identity provider'}
      narrow
      above={<TextLink to="/admin/sign-in">Single sign-on</TextLink>}
      intro={
        data && (
          <>
            {kinds[data.kind].label}&ensp;
            <State provider={data} />
          </>
        )
      }
      actions={
        data && (
          <Button variant="default" onClick={() => setDeleting(true)}>
            Remove…
          </Button>
        )
      }
    >
      {provider.isPending && <Loading rows={8} label="Loading the identity provider" />}
      {provider.isError && (
        <Failure error={provider.error} retry={provider.refetch} what="identity provider" />
      )}
      {test && <TestResult providerId={id} ticket={test} />}
      {data && <Sections provider={data} />}
      <ConfirmDialog
        opened={deleting}
        title={`Remove ${data?.name}?`}
        verb="Remove"
        close={() => setDeleting(false)}
        act={async () => {
          await deleteProvider(id);
          await navigate({ to: '/admin/sign-in' });
          notifyDone(`${data?.name} is removed.`);
        }}
      >
        Nobody signs in through it any more. Accounts stay; those that never had a password need one by mail,
        or a link from an administrator.
      </ConfirmDialog>
    </Page>
  );
}

function Sections({ provider }: { provider: IdentityProvider }) {
  return (
    <>
      {provider.kind === 'saml' && <SamlTold provider={provider} />}
      {provider.kind === 'oidc' && <OidcTold provider={provider} />}
      <ProviderForm provider={provider} />
      {provider.kind !== 'ldap' && (
        <div className={classes.after}>
          {provider.kind === 'saml' && <SamlKeys provider={provider} />}
          <ScimSection provider={provider} />
        </div>
      )}
      {provider.kind === 'ldap' && (
        <div className={classes.after}>
          <DirectoryTest provider={provider} />
          <DirectorySyncs provider={provider} />
        </div>
      )}
    </>
  );
}
