import { Button, Group } from '@mantine/core';
import { useRef, useState } from 'react';
import { assignIssue, editIssue, type Issue } from '../../api/issues.ts';
import { ApiError } from '../../api/request.ts';
import type { User } from '../../api/users.ts';
import { userRef } from '../../api/users.ts';
import { FieldDisplay } from '../../components/fields/field-display.tsx';
import { FieldInput } from '../../components/fields/field-input.tsx';
import { type FieldInputValue, fieldKind, toInput, toWire } from '../../components/fields/field-value.ts';
import { PencilIcon } from '../../components/icons.tsx';
import { reasonOf } from '../../components/notify.ts';
import classes from './inline-field.module.css';
import type { ShownField } from './shown-fields.ts';
import { useIssueChange } from './use-issue-change.ts';

/** A value that turns into its input where it stands. */
export function InlineField({ issue, field }: { issue: Issue; field: ShownField }) {
  const [editing, setEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const display = <FieldDisplay meta={field.meta} value={field.value} />;
  const close = () => {
    setEditing(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  if (editing) return <InlineEditor issue={issue} field={field} close={close} />;
  if (!field.editable) return <div className={classes.still}>{display}</div>;
  // A link cannot stand inside a button: such a value has the button beside it.
  const apart = fieldKind(field.meta) === 'url';
  return (
    <div className={classes.row}>
      {apart && <div className={classes.still}>{display}</div>}
      <button type="button" ref={opener} className={classes.opener} onClick={() => setEditing(true)}>
        <span className="visually-hidden">Edit {field.meta.name}: </span>
        {!apart && <span className={classes.value}>{display}</span>}
        <PencilIcon size={13} className={classes.pencil} />
      </button>
    </div>
  );
}

interface InlineEditorProps {
  issue: Issue;
  field: ShownField;
  close: () => void;
}

function InlineEditor({ issue, field, close }: InlineEditorProps) {
  const { id, meta } = field;
  const kind = fieldKind(meta);
  const [value, setValue] = useState<FieldInputValue>(() => toInput(kind, field.value));
  const saving = useIssueChange(issue.key, (next: FieldInputValue) =>
    id === 'assignee'
      ? assignIssue(issue.key, next === null ? null : userRef(next as User))
      : editIssue(issue.key, { [id]: toWire(kind, next, meta) }),
  );
  const save = (next: FieldInputValue) => saving.mutate(next, { onSuccess: close });
  // With one thing to choose, choosing it says all.
  const atOnce = kind === 'choice' || kind === 'user';
  const refusal =
    saving.error instanceof ApiError ? (saving.error.fields[id] ?? reasonOf(saving.error)) : undefined;
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault();
        save(value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <FieldInput
        meta={meta}
        among={{ issueKey: issue.key }}
        value={value}
        onChange={(next) => {
          setValue(next);
          if (atOnce) save(next);
        }}
        error={saving.isError ? (refusal ?? reasonOf(saving.error)) : undefined}
        bare
        autoFocus
      />
      <Group gap={6} mt={6}>
        {!atOnce && (
          <Button type="submit" size="compact-xs" loading={saving.isPending}>
            Save
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={close}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}
