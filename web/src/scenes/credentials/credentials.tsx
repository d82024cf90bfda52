import { Button, Pagination, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type Credential,
  type CredentialFilter,
  type CredentialKind,
  credentialsQuery,
  exportUrl,
  pageSize,
  revokeCredentials,
} from '../../api/credentials.ts';
import { queryClient } from '../../api/query-client.ts';
import { ApiError } from '../../api/request.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { KeyIcon } from '../../components/icons.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import { CredentialTable } from './credential-table.tsx';
import classes from './credentials.module.css';
import { UseDialog } from './use-dialog.tsx';
import { kinds, views } from './views.ts';

const title = 'Credentials';

export function Credentials() {
  return (
    <AdministratorsOnly title={title}>
      <Inventory />
    </AdministratorsOnly>
  );
}

function Inventory() {
  const [kind, setKind] = useState<CredentialKind>('api-token');
  const [view, setView] = useState('live');
  const [owner, setOwner] = useState('');
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [revoking, setRevoking] = useState<'chosen' | 'all' | null>(null);
  const [looking, setLooking] = useState<Credential | null>(null);
  const [askedOwner] = useDebouncedValue(owner.trim(), 300);
  const offered = views.filter(({ of }) => of === undefined || of === kind);
  const shown = offered.find(({ value }) => value === view) ?? offered[0];
  const filter: CredentialFilter = {
    kind,
    ...(askedOwner === '' ? {} : { owner: askedOwner }),
    ...shown?.filter,
  };
  const found = useQuery(credentialsQuery(filter, (page - 1) * pageSize));
  const total = found.data?.total ?? 0;
  const noSuchOwner = found.error instanceof ApiError ? found.error.fields.owner : undefined;
  /** What is shown changes: nothing stays chosen unseen. */
  const anew = () => {
    setPage(1);
    setChosen(new Set());
  };
  const ended = shown?.value === 'ended';
  return (
    <Page
      title={title}
      intro="Everybody's tokens, authorised applications and sessions: who holds what, what it may do, and whether anything still uses it."
      actions={
        <Button component="a" variant="default" href={exportUrl(filter)} download>
          Export as CSV
        </Button>
      }
    >
      <div className={classes.filters}>
        <Select
          aria-label="Kind"
          data={[...kinds]}
          value={kind}
          onChange={(value) => {
            setKind((value ?? 'api-token') as CredentialKind);
            anew();
          }}
          allowDeselect={false}
        />
        <Select
          aria-label="Which"
          data={offered.map(({ value, label }) => ({ value, label }))}
          value={shown?.value ?? 'live'}
          onChange={(value) => {
            setView(value ?? 'live');
            anew();
          }}
          allowDeselect={false}
        />
        <TextInput
          aria-label="Owner"
          placeholder="Owner: name or e-mail"
          value={owner}
          onChange={(event) => {
            setOwner(event.currentTarget.value);
            anew();
          }}
          error={noSuchOwner}
        />
      </div>
      {found.isPending && <Loading label="Loading credentials" />}
      {found.isError && noSuchOwner === undefined && (
        <Failure error={found.error} retry={found.refetch} what="page" />
      )}
      {found.data && total === 0 && (
        <Notice icon={<KeyIcon size={22} />} title="Nothing matches">
          {shown?.value === 'live' ? 'There is none of this kind.' : 'That is good to know.'}
        </Notice>
      )}
      {found.data && total > 0 && (
        <>
          <div className={classes.bar}>
            <span aria-live="polite">
              {total} {total === 1 ? 'credential' : 'credentials'}
              {chosen.size > 0 && `, ${chosen.size} chosen`}
            </span>
            {!ended && (
              <span className={classes.deeds}>
                {chosen.size > 0 && (
                  <Button size="compact-md" color="red" onClick={() => setRevoking('chosen')}>
                    Revoke {chosen.size} chosen…
                  </Button>
                )}
                <Button size="compact-md" variant="subtle" color="red" onClick={() => setRevoking('all')}>
                  Revoke all {total}…
                </Button>
              </span>
            )}
          </div>
          <CredentialTable
            credentials={found.data.values}
            chosen={chosen}
            choose={ended ? undefined : setChosen}
            look={setLooking}
          />
          {total > pageSize && (
            <Pagination
              mt="md"
              total={Math.ceil(total / pageSize)}
              value={page}
              onChange={(next) => {
                setPage(next);
                setChosen(new Set());
              }}
              getControlProps={(control) => ({ 'aria-label': `${control} page` })}
            />
          )}
        </>
      )}
      <UseDialog credential={looking} close={() => setLooking(null)} />
      <ConfirmDialog
        opened={revoking !== null}
        title={`Revoke ${revoking === 'all' ? total : chosen.size}?`}
        verb={`Revoke ${revoking === 'all' ? total : chosen.size}`}
        close={() => setRevoking(null)}
        act={async () => {
          const { revoked } = await revokeCredentials(
            revoking === 'all' ? { filter, expected: total } : { kind, ids: [...chosen] },
          );
          anew();
          await queryClient.invalidateQueries({ queryKey: ['credentials'] });
          notifyDone(revoked === 1 ? 'One is revoked.' : `${revoked} are revoked.`);
        }}
      >
        Whatever uses them is refused from its next request on. This cannot be undone, and each is on record
        in the audit log.
      </ConfirmDialog>
    </Page>
  );
}
