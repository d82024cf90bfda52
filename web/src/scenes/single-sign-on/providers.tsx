import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type IdentityProvider, providersQuery } from '../../api/identity-providers.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { LinkIcon, PlusIcon } from '../../components/icons.tsx';
import { ButtonLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { EmergencyAccounts } from './emergency-accounts.tsx';
import { kinds } from './kinds.ts';
import classes from './single-sign-on.module.css';

export function Providers() {
  return (
    <AdministratorsOnly title="Single sign-on">
      <ProviderList />
    </AdministratorsOnly>
  );
}

function ProviderList() {
  const providers = useQuery(providersQuery);
  return (
    <Page
      title="Single sign-on"
      narrow
      intro="Identity providers and directories that people sign in with instead of a password of this site. API tokens go on working beside them."
      actions={
        <ButtonLink to="/admin/sign-in/new" leftSection={<PlusIcon />}>
          Add provider
        </ButtonLink>
      }
    >
      {providers.isPending && <Loading label="Loading the identity providers" />}
      {providers.isError && <Failure error={providers.error} retry={providers.refetch} what="page" />}
      {providers.data?.length === 0 && (
        <Notice icon={<LinkIcon size={22} />} title="Everybody signs in with a password of this site">
          Add Keycloak, Entra, Okta, Google or a directory, and people sign in there.
        </Notice>
      )}
      {providers.data && providers.data.length > 0 && (
        <>
          <div className={table.frame}>
            <table className={`${table.table} ${table.stacked}`}>
              <thead>
                <tr>
                  <th scope="col">Provider</th>
                  <th scope="col">Kind</th>
                  <th scope="col">Required for</th>
                  <th scope="col">State</th>
                </tr>
              </thead>
              <tbody>
                {providers.data.map((provider) => (
                  <tr key={provider.id}>
                    <td>
                      <Link
                        to="/admin/sign-in/$providerId"
                        params={{ providerId: provider.id }}
                        search={{}}
                        className={table.main}
                      >
                        {provider.name}
                      </Link>
                    </td>
                    <td className={table.dim}>{kinds[provider.kind].label}</td>
                    <td className={table.long}>
                      {provider.requiredDomains.length === 0 ? (
                        <span className={table.dim}>Nobody</span>
                      ) : (
                        provider.requiredDomains.join(', ')
                      )}
                    </td>
                    <td className={table.end}>
                      <State provider={provider} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div className={classes.after}>
            <EmergencyAccounts />
          </div>
        </>
      )}
    </Page>
  );
}

export function State({ provider: { enabled, settings } }: { provider: IdentityProvider }) {
  if (enabled) return <Badge color="verdigris">In use</Badge>;
  return <Badge color="gray">{Object.keys(settings).length === 0 ? 'Not set up yet' : 'Switched off'}</Badge>;
}
