import { Button, Group, Textarea } from '@mantine/core';
import { reasonOf } from '../../components/notify.ts';
import { useDraft } from '../../components/use-draft.ts';
import classes from './comments.module.css';

interface CommentFormProps {
  /** Under which the unsent text is kept. */
  draftName: string;
  initial?: string;
  label: string;
  verb: string;
  pending: boolean;
  error: unknown;
  send: (body: string) => Promise<unknown>;
  cancel: () => void;
}

export function CommentForm({
  draftName,
  initial = '',
  label,
  verb,
  pending,
  error,
  send,
  cancel,
}: CommentFormProps) {
  const [draft, setDraft, forgetDraft] = useDraft(draftName, initial);
  const submit = () => {
    if (draft.trim() === '' || pending) return;
    // A refusal shows itself below the text, which stays.
    send(draft).then(forgetDraft, () => {});
  };
  const leave = () => {
    forgetDraft();
    cancel();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
      }}
    >
      <Textarea
        aria-label={label}
        autoFocus
        autosize
        minRows={3}
        maxRows={20}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        error={error ? reasonOf(error) : null}
      />
      <Group gap={6} mt={8}>
        <Button type="submit" size="xs" loading={pending} disabled={draft.trim() === ''}>
          {verb}
        </Button>
        <Button size="xs" variant="default" onClick={leave}>
          Cancel
        </Button>
        <span className={classes.hint}>Ctrl + Enter sends</span>
      </Group>
    </form>
  );
}
