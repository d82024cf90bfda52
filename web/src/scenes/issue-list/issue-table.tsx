import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Issue } from '../../api/issues.ts';
import { Person } from '../../components/avatar.tsx';
import { ArrowDownIcon, ArrowUpIcon } from '../../components/icons.tsx';
import { PriorityGlyph, StatusBadge, TypeGlyph } from '../../components/issue-glyphs.tsx';
import { useShortcut } from '../../components/shortcuts.ts';
import { When } from '../../components/when.tsx';
import classes from './issue-table.module.css';
import type { Order } from './jql.ts';

interface Column {
  field: string;
  label: string;
  /** What a first click is most likely to want. */
  first: Order['direction'];
  hiddenLabel?: boolean;
  className?: string | undefined;
}

const columns: Column[] = [
  { field: 'issuetype', label: 'Type', first: 'ASC', className: classes.narrow },
  { field: 'key', label: 'Key', first: 'ASC', className: classes.narrow },
  { field: 'summary', label: 'Summary', first: 'ASC' },
  { field: 'status', label: 'Status', first: 'ASC', className: classes.narrow },
  { field: 'priority', label: 'Priority', first: 'DESC', className: classes.narrow },
  { field: 'assignee', label: 'Assignee', first: 'ASC', className: classes.narrow },
  { field: 'updated', label: 'Updated', first: 'DESC', className: classes.narrow },
];

interface IssueTableProps {
  issues: Issue[];
  order: Order | undefined;
  sortBy: (order: Order) => void;
}

export function IssueTable({ issues, order, sortBy }: IssueTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const step = (by: 1 | -1) => moveFocus(body.current, by);
  useShortcut('j', () => step(1));
  useShortcut('k', () => step(-1));
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <ColumnHeading key={column.field} column={column} order={order} sortBy={sortBy} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {issues.map((issue) => (
            <Row key={issue.id} issue={issue} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** From row to row by its link, so that Enter opens what is focused. */
export function moveFocus(list: HTMLElement | null, by: 1 | -1): void {
  const links = Array.from(list?.querySelectorAll<HTMLElement>('a[data-issue]') ?? []);
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at === -1 ? (by === 1 ? 0 : links.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function ColumnHeading({ column, order, sortBy }: { column: Column } & Omit<IssueTableProps, 'issues'>) {
  const sorted = order?.field === column.field ? order.direction : undefined;
  const next = sorted === undefined ? column.first : sorted === 'ASC' ? 'DESC' : 'ASC';
  return (
    <th
      scope="col"
      className={column.className}
      aria-sort={sorted === 'ASC' ? 'ascending' : sorted === 'DESC' ? 'descending' : undefined}
    >
      <button
        type="button"
        className={classes.sort}
        onClick={() => sortBy({ field: column.field, direction: next })}
        data-sorted={sorted !== undefined || undefined}
      >
        {column.label}
        {sorted === 'ASC' && <ArrowUpIcon size={12} />}
        {sorted === 'DESC' && <ArrowDownIcon size={12} />}
      </button>
    </th>
  );
}

function Row({ issue }: { issue: Issue }) {
  const { fields } = issue;
  return (
    <tr className={classes.row}>
      <td className={classes.type}>
        <TypeGlyph name={fields.issuetype.name} />
      </td>
      <td className={classes.key}>{issue.key}</td>
      <td className={classes.summary}>
        <Link
          to="/browse/$issueKey"
          params={{ issueKey: issue.key }}
          className={classes.link}
          data-issue={issue.key}
          data-done={fields.status.statusCategory?.key === 'done' || undefined}
        >
          {fields.summary}
        </Link>
      </td>
      <td className={classes.status}>
        <StatusBadge status={fields.status} />
      </td>
      <td className={classes.priority}>
        {fields.priority && (
          <>
            <PriorityGlyph name={fields.priority.name} /> <span>{fields.priority.name}</span>
          </>
        )}
      </td>
      <td className={classes.assignee}>
        <Person user={fields.assignee} />
      </td>
      <td className={classes.updated}>
        <When at={fields.updated} />
      </td>
    </tr>
  );
}
