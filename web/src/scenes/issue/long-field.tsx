import { Button, Group, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import { editIssue, type Issue } from '../../api/issues.ts';
import { PencilIcon, PlusIcon } from '../../components/icons.tsx';
import { reasonOf } from '../../components/notify.ts';
import { RichText } from '../../components/rich-text.tsx';
import { useDraft } from '../../components/use-draft.ts';
import classes from './long-field.module.css';
import type { ShownField } from './shown-fields.ts';
import { useIssueChange } from './use-issue-change.ts';

/** A field of running text: read in full width, written in a box of its own. */
export function LongField({ issue, field }: { issue: Issue; field: ShownField }) {
  const { id, meta, editable } = field;
  const text = typeof field.value === 'string' ? field.value : '';
  const html = issue.renderedFields?.[id];
  const [editing, setEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setEditing(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  if (!editing && text === '' && id !== 'description') {
    return (
      <Button
        ref={opener}
        variant="subtle"
        color="gray"
        size="compact-xs"
        className={classes.add}
        leftSection={<PlusIcon size={13} />}
        onClick={() => setEditing(true)}
      >
        Add {meta.name.toLowerCase()}
      </Button>
    );
  }
  return (
    <section className={classes.section} aria-label={meta.name}>
      <div className={classes.head}>
        <h2 className={classes.title}>{meta.name}</h2>
        {editable && !editing && (
          <Button
            ref={opener}
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<PencilIcon size={13} />}
            onClick={() => setEditing(true)}
            aria-label={`Edit ${meta.name.toLowerCase()}`}
          >
            Edit
          </Button>
        )}
      </div>
      {editing ? (
        <LongFieldEditor issue={issue} field={field} text={text} close={close} />
      ) : text === '' ? (
        <p className={classes.none}>None.</p>
      ) : (
        <RichText text={text} html={typeof html === 'string' ? html : null} />
      )}
    </section>
  );
}

interface LongFieldEditorProps {
  issue: Issue;
  field: ShownField;
  text: string;
  close: () => void;
}

function LongFieldEditor({ issue, field, text, close }: LongFieldEditorProps) {
  const [draft, setDraft, forgetDraft] = useDraft(`${issue.key}.${field.id}`, text);
  const saving = useIssueChange(issue.key, (value: string) =>
    editIssue(issue.key, { [field.id]: value === '' ? null : value }),
  );
  const leave = () => {
    forgetDraft();
    close();
  };
  const save = () => saving.mutate(draft, { onSuccess: leave });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
      }}
    >
      <Textarea
        aria-label={field.meta.name}
        autoFocus
        autosize
        minRows={6}
        maxRows={28}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        error={saving.isError ? reasonOf(saving.error) : null}
      />
      <Group gap={6} mt={8}>
        <Button type="submit" size="xs" loading={saving.isPending}>
          Save
        </Button>
        <Button size="xs" variant="default" onClick={leave}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}
