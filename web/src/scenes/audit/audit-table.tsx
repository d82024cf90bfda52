import { Badge, Button } from '@mantine/core';
import { Fragment, useState } from 'react';
import type { AuditRecord } from '../../api/audit.ts';
import { useSession } from '../../api/session.ts';
import { ChevronDownIcon, ChevronRightIcon } from '../../components/icons.tsx';
import { TextLink } from '../../components/links.tsx';
import table from '../../components/table.module.css';
import { fullTime, parseTime } from '../../components/when.tsx';
import type { AuditSearch } from '../../router.tsx';
import classes from './audit.module.css';
import { detailRows } from './detail-rows.ts';

interface AuditTableProps {
  records: AuditRecord[];
  show: (next: AuditSearch) => void;
}

export function AuditTable({ records, show }: AuditTableProps) {
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <div className={table.frame}>
      <table className={`${table.table} ${table.stacked} ${classes.records}`}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">About</th>
            <th scope="col">From</th>
            <th scope="col">
              <span className="visually-hidden">Details</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => {
            const isOpen = opened === record.id;
            return (
              <Fragment key={record.id}>
                <tr className={isOpen ? classes.opened : undefined}>
                  <Cells record={record} />
                  <td className={table.end}>
                    <Button
                      variant="subtle"
                      color="gray"
                      size="compact-sm"
                      aria-expanded={isOpen}
                      aria-label={`Details of record ${record.id}`}
                      rightSection={isOpen ? <ChevronDownIcon size={14} /> : <ChevronRightIcon size={14} />}
                      onClick={() => setOpened(isOpen ? null : record.id)}
                    >
                      Details
                    </Button>
                  </td>
                </tr>
                {isOpen && (
                  <tr className={classes.details}>
                    <td colSpan={6}>
                      <Details record={record} show={show} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cells({ record }: { record: AuditRecord }) {
  const { user } = useSession();
  return (
    <>
      <td className={table.long}>
        <span className={table.main}>{record.summary}</span>
        {record.outcome === 'refused' && (
          <Badge color="red" ml={8}>
            Refused
          </Badge>
        )}
      </td>
      <td className={classes.moment}>
        <time dateTime={new Date(parseTime(record.at)).toISOString()}>
          {fullTime(parseTime(record.at), user?.timeZone)}
        </time>
      </td>
      <td className={table.long}>
        <span className={table.caption}>By </span>
        {nameOf(record)}
      </td>
      <td className={record.subject?.name ? table.long : `${table.long} ${table.wide}`}>
        <span className={table.caption}>About </span>
        {record.subject?.name ?? ''}
      </td>
      <td className={record.address ? undefined : table.wide}>
        <span className={table.caption}>From </span>
        {record.address}
      </td>
    </>
  );
}

function nameOf({ actor, via }: AuditRecord): string {
  if (actor) return actor.displayName ?? actor.name;
  return via === 'command-line' ? 'The command line' : 'Nobody known';
}

function Details({ record, show }: { record: AuditRecord; show: (next: AuditSearch) => void }) {
  const { user } = useSession();
  return (
    <>
      <dl className={classes.facts}>
        {detailRows(record, user?.timeZone).map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {record.changes.length > 0 && (
        <ul className={classes.changes}>
          {record.changes.map(({ field, from, to }) => (
            <li key={field}>
              <strong>{field}</strong>: {from ?? 'nothing'} → {to ?? 'nothing'}
            </li>
          ))}
        </ul>
      )}
      <div className={classes.ways}>
        {record.outcome === 'refused' && record.requestId !== '' && (
          <TextLink to="/why/$requestId" params={{ requestId: record.requestId }}>
            Why was this refused?
          </TextLink>
        )}
        {record.actor && (
          <Button variant="subtle" size="compact-sm" onClick={() => show({ user: record.actor?.name ?? '' })}>
            All of {nameOf(record)}
          </Button>
        )}
        {record.address !== '' && (
          <Button variant="subtle" size="compact-sm" onClick={() => show({ address: record.address })}>
            All from {record.address}
          </Button>
        )}
      </div>
    </>
  );
}
