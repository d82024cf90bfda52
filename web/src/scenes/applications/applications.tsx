import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type AuthorisedApplication,
  authorisedApplicationsQuery,
  revokeApplication,
} from '../../api/applications.ts';
import { useSession } from '../../api/session.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PlugIcon } from '../../components/icons.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice, SignInButton } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';

const title = 'Authorised applications';

/** What a person lets applications do, of every protocol. */
export function Applications() {
  const { user } = useSession();
  if (user) return <OwnApplications />;
  return (
    <Page title={title} narrow>
      <Notice
        icon={<PlugIcon size={22} />}
        title="Sign in to see which applications act for you"
        actions={<SignInButton />}
      />
    </Page>
  );
}

function OwnApplications() {
  const applications = useQuery(authorisedApplicationsQuery);
  const [revoking, setRevoking] = useState<AuthorisedApplication | null>(null);
  return (
    <Page
      title={title}
      narrow
      intro="Applications that you let act for you. Each is refused from its next request on once you revoke it; your password and your API tokens stay as they are."
    >
      {applications.isPending && <Loading rows={3} label="Loading the applications" />}
      {applications.isError && (
        <Failure error={applications.error} retry={applications.refetch} what="page" />
      )}
      {applications.data?.length === 0 && (
        <Notice icon={<PlugIcon size={22} />} title="No application acts for you">
          An application asks you first, on a page of this site, and appears here once you have allowed it.
        </Notice>
      )}
      {applications.data && applications.data.length > 0 && (
        <div className={table.frame}>
          <table className={`${table.table} ${table.stacked}`}>
            <thead>
              <tr>
                <th scope="col">Application</th>
                <th scope="col">Allowed</th>
                <th scope="col">Last used</th>
                <th scope="col">Ends</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {applications.data.map((one) => (
                <tr key={`${one.kind}-${one.id}`}>
                  <td className={table.long}>
                    <span className={table.main}>{one.application}</span>
                    <br />
                    <span className={table.dim}>{one.may}</span>
                  </td>
                  <td>
                    <span className={table.caption}>Allowed </span>
                    <When at={one.authorised} />
                  </td>
                  <td>
                    <span className={table.caption}>Last used </span>
                    {one.lastUsed ? <When at={one.lastUsed} /> : <span className={table.dim}>never</span>}
                  </td>
                  <td>
                    <span className={table.caption}>Ends </span>
                    {one.expires ? <When at={one.expires} /> : <span className={table.dim}>never</span>}
                  </td>
                  <td className={table.end}>
                    <Button
                      variant="subtle"
                      color="red"
                      size="compact-sm"
                      onClick={() => setRevoking(one)}
                      aria-label={`Revoke ${one.application}`}
                    >
                      Revoke
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ConfirmDialog
        opened={revoking !== null}
        title={`Revoke ${revoking?.application}?`}
        verb="Revoke"
        close={() => setRevoking(null)}
        act={async () => {
          if (revoking === null) return;
          await revokeApplication(revoking);
          notifyDone(`${revoking.application} acts for you no more.`);
        }}
      >
        It is refused from its next request on. It can ask you again; what it did stays as it is.
      </ConfirmDialog>
    </Page>
  );
}
