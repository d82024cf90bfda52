import type { FieldMeta } from '../../api/fields.ts';
import type { User } from '../../api/users.ts';
import { Person } from '../avatar.tsx';
import { PriorityLabel } from '../issue-glyphs.tsx';
import { RichText } from '../rich-text.tsx';
import { day, When } from '../when.tsx';
import classes from './field-display.module.css';
import { choiceLabel, fieldKind } from './field-value.ts';

interface FieldDisplayProps {
  meta: Pick<FieldMeta, 'schema' | 'name' | 'allowedValues' | 'required'>;
  value: unknown;
  html?: string | null | undefined;
}

/** A field's value to be read, for every kind of field. */
export function FieldDisplay({ meta, value, html }: FieldDisplayProps) {
  const kind = fieldKind(meta);
  if (kind === 'user') return <Person user={value as User | null} nobody={nobodyIn(meta.schema.system)} />;
  if (value == null || value === '' || (Array.isArray(value) && value.length === 0)) {
    return <span className={classes.none}>None</span>;
  }
  if (meta.schema.system === 'priority') return <PriorityLabel name={choiceLabel(value as object)} />;
  switch (kind) {
    case 'labels':
      return <Pills values={value as string[]} />;
    case 'choices':
      return <Pills values={(value as object[]).map(labelOf)} />;
    case 'users':
      return (
        <span className={classes.people}>
          {(value as User[]).map((user) => (
            <Person key={user.key ?? user.accountId} user={user} />
          ))}
        </span>
      );
    case 'date':
      return <span>{day(String(value))}</span>;
    case 'datetime':
      return <When at={String(value)} />;
    case 'text':
      return <RichText text={String(value)} html={html} />;
    case 'url':
      return <RichText text={String(value)} />;
    default:
      return <span className={classes.text}>{labelOf(value)}</span>;
  }
}

function nobodyIn(system: string | undefined): string {
  return system === 'assignee' ? 'Unassigned' : system === 'reporter' ? 'Anonymous' : 'Nobody';
}

/** Something readable for any value, also of types we have no input for. */
function labelOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(labelOf).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const { displayName, child } = value as { displayName?: string; child?: object };
  const own = displayName ?? choiceLabel(value);
  return child ? `${own} / ${labelOf(child)}` : own;
}

function Pills({ values }: { values: string[] }) {
  return (
    <span className={classes.pills}>
      {values.map((value) => (
        <span key={value} className={classes.pill}>
          {value}
        </span>
      ))}
    </span>
  );
}
