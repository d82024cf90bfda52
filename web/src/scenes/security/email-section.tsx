import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type OwnEmail, ownEmailQuery, removeAlias } from '../../api/account.ts';
import { queryClient } from '../../api/query-client.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CheckIcon, ClockIcon, MailIcon } from '../../components/icons.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { ChangeEmailDialog } from './change-email-dialog.tsx';
import classes from './security.module.css';

export function EmailSection() {
  const own = useQuery(ownEmailQuery);
  const [changing, setChanging] = useState<'new' | 'present' | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  return (
    <Section
      title="E-mail"
      intro="You can sign in with it, and a forgotten password is replaced through it."
      actions={
        own.data && (
          <Button variant="default" onClick={() => setChanging('new')}>
            Change e-mail…
          </Button>
        )
      }
    >
      {own.isPending && <Loading rows={2} label="Loading your e-mail addresses" />}
      {own.isError && <Failure error={own.error} retry={own.refetch} what="list" />}
      {own.data && <Addresses own={own.data} verify={() => setChanging('present')} remove={setRemoving} />}
      {changing && (
        <ChangeEmailDialog
          present={changing === 'present' ? (own.data?.email ?? '') : null}
          close={() => setChanging(null)}
        />
      )}
      <ConfirmDialog
        opened={removing !== null}
        title="Remove this address?"
        verb="Remove address"
        close={() => setRemoving(null)}
        act={async () => {
          if (removing === null) return;
          await removeAlias(removing);
          await queryClient.invalidateQueries({ queryKey: ownEmailQuery.queryKey });
          notifyDone(`${removing} signs nobody in any more.`);
        }}
      >
        Scripts that still sign in with <strong>{removing}</strong> are refused from then on. Give them{' '}
        {own.data?.email} first.
      </ConfirmDialog>
    </Section>
  );
}

interface AddressesProps {
  own: OwnEmail;
  verify: () => void;
  remove: (alias: string) => void;
}

function Addresses({ own, verify, remove }: AddressesProps) {
  return (
    <ul className={classes.addresses}>
      <li className={classes.address}>
        <MailIcon />
        <span className={classes.email}>{own.email}</span>
        <span className={classes.state} data-state={own.verified ? 'good' : 'open'}>
          {own.verified ? <CheckIcon size={14} /> : <ClockIcon size={14} />}
          {own.verified ? 'Verified' : 'Not verified yet'}
        </span>
        {!own.verified && own.pending === null && (
          <Button variant="subtle" size="compact-sm" className={classes.act} onClick={verify}>
            Send a link to verify it
          </Button>
        )}
      </li>
      {own.pending !== null && (
        <li className={classes.address}>
          <ClockIcon />
          <span className={classes.email}>{own.pending}</span>
          <span className={classes.state} data-state="open">
            Waits for the link in the mail that was sent to it
          </span>
        </li>
      )}
      {own.aliases.map((alias) => (
        <li key={alias} className={classes.address}>
          <MailIcon />
          <span className={classes.email}>{alias}</span>
          <span className={classes.state}>Earlier address; still signs you in</span>
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            className={classes.act}
            onClick={() => remove(alias)}
            aria-label={`Remove ${alias}`}
          >
            Remove
          </Button>
        </li>
      ))}
    </ul>
  );
}
