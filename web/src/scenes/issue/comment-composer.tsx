import { useState } from 'react';
import { addComment, type Issue } from '../../api/issues.ts';
import { useSession } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { useShortcut } from '../../components/shortcuts.ts';
import { CommentForm } from './comment-form.tsx';
import classes from './comments.module.css';
import { useIssueChange } from './use-issue-change.ts';

export function CommentComposer({ issue, first }: { issue: Issue; first: boolean }) {
  const { user } = useSession();
  const [writing, setWriting] = useState(false);
  const adding = useIssueChange(issue.key, (body: string) => addComment(issue.key, body));
  useShortcut('m', () => setWriting(true), !writing);
  const close = () => {
    adding.reset();
    setWriting(false);
  };
  return (
    <div className={classes.composer}>
      <Avatar user={user} size={28} />
      <div className={classes.writing}>
        {writing ? (
          <CommentForm
            draftName={`${issue.key}.comment`}
            label="New comment"
            verb="Add comment"
            pending={adding.isPending}
            error={adding.error}
            send={(body) => adding.mutateAsync(body).then(close)}
            cancel={close}
          />
        ) : (
          <button type="button" className={classes.invite} onClick={() => setWriting(true)}>
            {first ? 'Write the first comment…' : 'Write a comment…'}
          </button>
        )}
      </div>
    </div>
  );
}
