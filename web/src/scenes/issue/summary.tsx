import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { editIssue, type Issue } from '../../api/issues.ts';
import { PencilIcon } from '../../components/icons.tsx';
import { reasonOf } from '../../components/notify.ts';
import { useArrival } from '../../components/page.tsx';
import { useShortcut } from '../../components/shortcuts.ts';
import classes from './summary.module.css';
import { useIssueChange } from './use-issue-change.ts';

export function Summary({ issue }: { issue: Issue }) {
  const { summary } = issue.fields;
  const heading = useArrival<HTMLHeadingElement>(`${issue.key} ${summary}`);
  const opener = useRef<HTMLButtonElement>(null);
  const editable = issue.editmeta?.fields.summary !== undefined;
  const [draft, setDraft] = useState<string | null>(null);
  const saving = useIssueChange(issue.key, (text: string) => editIssue(issue.key, { summary: text }));
  useShortcut('e', () => setDraft(summary), editable && draft === null);

  const close = () => {
    saving.reset();
    setDraft(null);
    // The button is not on the page before the next drawing.
    requestAnimationFrame(() => opener.current?.focus());
  };

  return (
    <div className={classes.summary}>
      <h1 ref={heading} tabIndex={-1} className={draft === null ? classes.heading : 'visually-hidden'}>
        {summary}
        {editable && draft === null && (
          <ActionIcon
            ref={opener}
            className={classes.edit}
            aria-label="Edit the summary"
            onClick={() => setDraft(summary)}
          >
            <PencilIcon />
          </ActionIcon>
        )}
      </h1>
      {draft !== null && (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            const text = draft.trim();
            if (text === summary) close();
            else saving.mutate(text, { onSuccess: close });
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') close();
          }}
        >
          <TextInput
            aria-label="Summary"
            autoFocus
            size="md"
            required
            value={draft}
            onChange={(event) => setDraft(event.currentTarget.value)}
            error={saving.isError ? reasonOf(saving.error) : null}
          />
          <Group gap={6} mt={8}>
            <Button type="submit" size="xs" loading={saving.isPending}>
              Save
            </Button>
            <Button size="xs" variant="default" onClick={close}>
              Cancel
            </Button>
          </Group>
        </form>
      )}
    </div>
  );
}
