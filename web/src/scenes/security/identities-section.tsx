import { Button, Menu } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type LinkedIdentity,
  ownIdentitiesQuery,
  unlinkOwnIdentity,
  visitProvider,
  waysQuery,
} from '../../api/identity-providers.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ChevronDownIcon, LinkIcon } from '../../components/icons.tsx';
import { notifyDone, notifyFailure } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { When } from '../../components/when.tsx';
import classes from './security.module.css';

/** Who one is at identity providers; nothing is shown where there are none. */
export function IdentitiesSection() {
  const ways = useQuery(waysQuery(''));
  const own = useQuery(ownIdentitiesQuery);
  const [removing, setRemoving] = useState<LinkedIdentity | null>(null);
  const linking = useMutation({
    mutationFn: (provider: string) => visitProvider(provider, 'link'),
    onError: (error) => notifyFailure('Nothing was linked', error),
  });
  const providers = ways.data?.providers ?? [];
  const identities = own.data ?? [];
  if (providers.length === 0 && identities.length === 0) return null;
  const linkable = providers.filter(({ id }) => !identities.some(({ provider }) => provider.id === id));
  return (
    <Section
      title="Sign-in elsewhere"
      intro={
        identities.some(({ keepsPassword }) => keepsPassword)
          ? 'Who you are at identity providers and directories.'
          : 'Identity providers that you can sign in with, besides your password here.'
      }
      actions={
        linkable.length > 0 && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                variant="default"
                rightSection={<ChevronDownIcon size={14} />}
                loading={linking.isPending}
              >
                Link a provider
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {linkable.map(({ id, name }) => (
                <Menu.Item key={id} onClick={() => linking.mutate(id)}>
                  {name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )
      }
    >
      {own.isPending && <Loading rows={2} label="Loading your identity providers" />}
      {own.isError && <Failure error={own.error} retry={own.refetch} what="list" />}
      {own.data?.length === 0 && <p className={classes.words}>None is linked to your account yet.</p>}
      {identities.length > 0 && (
        <ul className={classes.addresses}>
          {identities.map((identity) => (
            <li key={identity.id} className={classes.address}>
              <LinkIcon />
              <span className={classes.email}>{identity.provider.name}</span>
              <span className={classes.state}>
                as {identity.subject}
                {identity.lastUsed !== null && (
                  <>
                    , used <When at={identity.lastUsed} />
                  </>
                )}
              </span>
              {/* Who leaves a directory must not take the account out of it first. */}
              {identity.provider.kind !== 'ldap' && (
                <Button
                  variant="subtle"
                  color="red"
                  size="compact-sm"
                  className={classes.act}
                  onClick={() => setRemoving(identity)}
                  aria-label={`Unlink ${identity.provider.name}`}
                >
                  Unlink
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        opened={removing !== null}
        title={`Unlink ${removing?.provider.name}?`}
        verb="Unlink"
        close={() => setRemoving(null)}
        act={async () => {
          if (removing === null) return;
          await unlinkOwnIdentity(removing.id);
          notifyDone(`${removing.provider.name} signs you in no more. Everywhere else you are signed out.`);
        }}
      >
        You sign in with your password from then on: make sure that you have one.
      </ConfirmDialog>
    </Section>
  );
}
