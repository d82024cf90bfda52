import { Button, Group } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { auditQuery, downloadAudit } from '../../api/audit.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { DownloadIcon, LedgerIcon } from '../../components/icons.tsx';
import { TextLink } from '../../components/links.tsx';
import { notifyFailure } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import type { AuditSearch } from '../../router.tsx';
import { AuditTable } from './audit-table.tsx';
import { FilterForm } from './filter-form.tsx';
import { filtersOf } from './filters.ts';

const route = getRouteApi('/shell/admin/audit');

export function Audit() {
  return (
    <AdministratorsOnly title="Audit log">
      <AuditLog />
    </AdministratorsOnly>
  );
}

function AuditLog() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const filters = filtersOf(search);
  const log = useInfiniteQuery(auditQuery(filters));
  const exporting = useMutation({
    mutationFn: (format: 'jsonl' | 'csv') => downloadAudit(filters, format),
    onError: (error) => notifyFailure('The audit log was not exported', error),
  });
  const records = log.data?.pages.flatMap((page) => page.records) ?? [];
  const isFiltered = Object.keys(search).length > 0;
  const show = (next: AuditSearch) => navigate({ to: '/admin/audit', search: next });
  return (
    <Page
      title="Audit log"
      intro="Who did what, from where, and who tried. Records cannot be changed; they are deleted only by age."
      actions={
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<DownloadIcon />}
            loading={exporting.isPending && exporting.variables === 'csv'}
            onClick={() => exporting.mutate('csv')}
          >
            Export as CSV
          </Button>
          <Button
            variant="default"
            leftSection={<DownloadIcon />}
            loading={exporting.isPending && exporting.variables === 'jsonl'}
            onClick={() => exporting.mutate('jsonl')}
          >
            Export as JSON lines
          </Button>
        </Group>
      }
    >
      <FilterForm key={JSON.stringify(search)} search={search} show={show} />
      {log.isPending && <Loading rows={10} label="Loading audit records" />}
      {log.isError && <Failure error={log.error} retry={log.refetch} what="page" />}
      {log.data && records.length === 0 && (
        <Notice
          icon={<LedgerIcon size={22} />}
          title={isFiltered ? 'No record fits' : 'There is no record yet'}
          actions={isFiltered && <Button onClick={() => show({})}>Show all records</Button>}
        >
          {search.requestId && (
            <TextLink underline="always" to="/why/$requestId" params={{ requestId: search.requestId }}>
              If this request was refused, see why
            </TextLink>
          )}
        </Notice>
      )}
      {records.length > 0 && <AuditTable records={records} show={show} />}
      {log.hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={log.isFetchingNextPage} onClick={() => log.fetchNextPage()}>
            Show older records
          </Button>
        </Group>
      )}
    </Page>
  );
}
