import { ActionIcon, Menu } from '@mantine/core';
import { useState } from 'react';
import { type Comment, editComment, type Issue } from '../../api/issues.ts';
import { Avatar } from '../../components/avatar.tsx';
import { MoreIcon, PencilIcon, TrashIcon } from '../../components/icons.tsx';
import { RichText } from '../../components/rich-text.tsx';
import { When } from '../../components/when.tsx';
import { CommentForm } from './comment-form.tsx';
import classes from './comments.module.css';
import { useIssueChange } from './use-issue-change.ts';

interface CommentItemProps {
  issue: Issue;
  comment: Comment;
  mayEdit: boolean;
  mayDelete: boolean;
  remove: () => void;
}

export function CommentItem({ issue, comment, mayEdit, mayDelete, remove }: CommentItemProps) {
  const [editing, setEditing] = useState(false);
  const saving = useIssueChange(issue.key, (body: string) => editComment(issue.key, comment.id, body));
  const author = comment.author?.displayName ?? 'Anonymous';
  return (
    <li className={classes.item} id={`comment-${comment.id}`}>
      <Avatar user={comment.author} size={28} />
      <div className={classes.body}>
        <div className={classes.head}>
          <span className={classes.author}>{author}</span>
          <span className={classes.when}>
            <When at={comment.created} />
            {comment.updated !== comment.created && ' · edited'}
          </span>
          {(mayEdit || mayDelete) && !editing && (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon size="sm" className={classes.menu} aria-label={`More for ${author}’s comment`}>
                  <MoreIcon />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {mayEdit && (
                  <Menu.Item leftSection={<PencilIcon />} onClick={() => setEditing(true)}>
                    Edit
                  </Menu.Item>
                )}
                {mayDelete && (
                  <Menu.Item leftSection={<TrashIcon />} onClick={remove}>
                    Delete…
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
        {editing ? (
          <CommentForm
            draftName={`${issue.key}.comment.${comment.id}`}
            initial={comment.body}
            label="Comment"
            verb="Save"
            pending={saving.isPending}
            error={saving.error}
            send={(body) => saving.mutateAsync(body).then(() => setEditing(false))}
            cancel={() => {
              saving.reset();
              setEditing(false);
            }}
          />
        ) : (
          <RichText text={comment.body} html={comment.renderedBody} />
        )}
      </div>
    </li>
  );
}
