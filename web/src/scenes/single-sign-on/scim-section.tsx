import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IdentityProvider } from '../../api/identity-providers.ts';
import { revokeScimCredential, type ScimCredential, scimCredentialsQuery } from '../../api/scim.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import { ScimDialog } from './scim-dialog.tsx';
import classes from './single-sign-on.module.css';

/** What the provider shows to make and close accounts by itself. */
export function ScimSection({ provider }: { provider: IdentityProvider }) {
  const credentials = useQuery(scimCredentialsQuery);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ScimCredential | null>(null);
  const own = credentials.data?.filter((one) => one.provider === provider.id);
  return (
    <Section
      title="Accounts that come and go (SCIM)"
      intro="The provider makes accounts before people come, and closes those of who has left: their sessions end and their API tokens are refused at once."
      actions={
        <Button variant="default" onClick={() => setMaking(true)}>
          Make a credential…
        </Button>
      }
    >
      {credentials.isPending && <Loading rows={2} label="Loading the credentials" />}
      {credentials.isError && <Failure error={credentials.error} retry={credentials.refetch} what="list" />}
      {own?.length === 0 && <p className={classes.dim}>The provider has none yet.</p>}
      {own && own.length > 0 && (
        <div className={table.frame}>
          {own.map((credential) => (
            <div key={credential.id} className={classes.key}>
              <div>
                <strong>{credential.label}</strong>{' '}
                <span className={classes.dim}>
                  made <When at={credential.created} />,{' '}
                  {credential.lastUsed === null ? (
                    'never used'
                  ) : (
                    <>
                      used <When at={credential.lastUsed} />
                    </>
                  )}
                </span>
              </div>
              <Button
                variant="subtle"
                color="red"
                size="compact-sm"
                onClick={() => setRevoking(credential)}
                aria-label={`Revoke ${credential.label}`}
              >
                Revoke
              </Button>
            </div>
          ))}
        </div>
      )}
      {making && <ScimDialog provider={provider} close={() => setMaking(false)} />}
      <ConfirmDialog
        opened={revoking !== null}
        title={`Revoke ${revoking?.label}?`}
        verb="Revoke"
        close={() => setRevoking(null)}
        act={async () => {
          if (revoking === null) return;
          await revokeScimCredential(revoking.id);
          notifyDone('It opens nothing any more.');
        }}
      >
        {provider.name} can make and close no accounts with it any more. Those that it made stay as they are.
      </ConfirmDialog>
    </Section>
  );
}
