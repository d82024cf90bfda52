import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Issue } from '../../api/issues.ts';
import { useSession } from '../../api/session.ts';
import { deleteWorklog, type Worklog, worklogsQuery } from '../../api/worklogs.ts';
import { Avatar } from '../../components/avatar.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { TrashIcon } from '../../components/icons.tsx';
import { RichText } from '../../components/rich-text.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { When } from '../../components/when.tsx';
import classes from './comments.module.css';
import type { MayI } from './issue-view.tsx';
import { LogWorkDialog } from './log-work-dialog.tsx';
import { useIssueChange } from './use-issue-change.ts';

/** The work that was logged, oldest first. */
export function Worklogs({ issue, may }: { issue: Issue; may: MayI }) {
  const { user } = useSession();
  const worklogs = useQuery(worklogsQuery(issue.key));
  const [logging, setLogging] = useState(false);
  const [deleting, setDeleting] = useState<Worklog | null>(null);
  const removing = useIssueChange(issue.key, (id: string) => deleteWorklog(issue.key, id));

  if (worklogs.isPending) return <Loading rows={3} label="Loading the work log" />;
  if (worklogs.isError) return <Failure error={worklogs.error} retry={worklogs.refetch} what="list" />;
  const list = worklogs.data.worklogs;
  const isMine = ({ author }: Worklog) => user !== null && author?.key === user.key;
  return (
    <div className={classes.comments}>
      {list.length === 0 && <p className={classes.none}>Nobody has logged work.</p>}
      {list.length > 0 && (
        <ul className={classes.list}>
          {list.map((worklog) => (
            <li key={worklog.id} className={classes.item}>
              <Avatar user={worklog.author} size={28} />
              <div className={classes.body}>
                <div className={classes.head}>
                  <span className={classes.author}>{worklog.author?.displayName ?? 'Anonymous'}</span>
                  <span>{worklog.timeSpent}</span>
                  <span className={classes.when}>
                    <When at={worklog.started} />
                  </span>
                  {(may('DELETE_ALL_WORKLOGS') || (may('DELETE_OWN_WORKLOGS') && isMine(worklog))) && (
                    <ActionIcon
                      size="sm"
                      className={classes.menu}
                      aria-label={`Delete the ${worklog.timeSpent} of ${worklog.author?.displayName ?? 'Anonymous'}`}
                      onClick={() => setDeleting(worklog)}
                    >
                      <TrashIcon size={14} />
                    </ActionIcon>
                  )}
                </div>
                {worklog.comment !== '' && <RichText text={worklog.comment} html={undefined} />}
              </div>
            </li>
          ))}
        </ul>
      )}
      {may('WORK_ON_ISSUES') && (
        <div>
          <Button size="xs" variant="default" onClick={() => setLogging(true)}>
            Log work
          </Button>
        </div>
      )}
      {logging && <LogWorkDialog issue={issue} close={() => setLogging(false)} />}
      <ConfirmDialog
        opened={deleting !== null}
        title="Delete this worklog?"
        verb="Delete worklog"
        close={() => setDeleting(null)}
        act={async () => deleting && removing.mutateAsync(deleting.id)}
      >
        Its time is taken off what was spent, and remains to be done again.
      </ConfirmDialog>
    </div>
  );
}
