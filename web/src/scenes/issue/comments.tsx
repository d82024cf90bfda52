import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Comment, commentsQuery, deleteComment, type Issue } from '../../api/issues.ts';
import { useSession } from '../../api/session.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { CommentComposer } from './comment-composer.tsx';
import { CommentItem } from './comment-item.tsx';
import classes from './comments.module.css';
import type { MayI } from './issue-view.tsx';
import { useIssueChange } from './use-issue-change.ts';

/** From here on the oldest comments wait behind a button. */
const shownAtFirst = 30;

export function Comments({ issue, may }: { issue: Issue; may: MayI }) {
  const { user } = useSession();
  const comments = useQuery(commentsQuery(issue.key));
  const [all, setAll] = useState(false);
  const [deleting, setDeleting] = useState<Comment | null>(null);
  const removing = useIssueChange(issue.key, (id: string) => deleteComment(issue.key, id));

  if (comments.isPending) return <Loading rows={3} label="Loading comments" />;
  if (comments.isError) return <Failure error={comments.error} retry={comments.refetch} what="list" />;
  const list = comments.data.comments;
  const hidden = all ? 0 : Math.max(0, list.length - shownAtFirst);
  const isMine = (comment: Comment) => user !== null && comment.author?.key === user.key;
  return (
    <div className={classes.comments}>
      {hidden > 0 && (
        <Button variant="subtle" color="gray" size="xs" onClick={() => setAll(true)}>
          Show {hidden} earlier {hidden === 1 ? 'comment' : 'comments'}
        </Button>
      )}
      {list.length > 0 && (
        <ul className={classes.list}>
          {list.slice(hidden).map((comment) => (
            <CommentItem
              key={comment.id}
              issue={issue}
              comment={comment}
              mayEdit={may('EDIT_ALL_COMMENTS') || (may('EDIT_OWN_COMMENTS') && isMine(comment))}
              mayDelete={may('DELETE_ALL_COMMENTS') || (may('DELETE_OWN_COMMENTS') && isMine(comment))}
              remove={() => setDeleting(comment)}
            />
          ))}
        </ul>
      )}
      {list.length === 0 && !may('ADD_COMMENTS') && <p className={classes.none}>Nobody has commented.</p>}
      {may('ADD_COMMENTS') && user && <CommentComposer issue={issue} first={list.length === 0} />}
      <ConfirmDialog
        opened={deleting !== null}
        title="Delete this comment?"
        verb="Delete comment"
        close={() => setDeleting(null)}
        act={async () => deleting && removing.mutateAsync(deleting.id)}
      >
        It is gone for everybody, and cannot be brought back.
      </ConfirmDialog>
    </div>
  );
}
