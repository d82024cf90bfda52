import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { commentsQuery, type Issue } from '../../api/issues.ts';
import { worklogsQuery } from '../../api/worklogs.ts';
import { ClockIcon, CommentIcon, HourglassIcon } from '../../components/icons.tsx';
import classes from './activity.module.css';
import { Comments } from './comments.tsx';
import { HistoryList } from './history-list.tsx';
import type { MayI } from './issue-view.tsx';
import { Worklogs } from './worklogs.tsx';

export function Activity({ issue, may }: { issue: Issue; may: MayI }) {
  const { data } = useQuery(commentsQuery(issue.key));
  const { data: worklogs } = useQuery(worklogsQuery(issue.key));
  return (
    <section className={classes.activity} aria-label="Activity">
      <h2 className="visually-hidden">Activity</h2>
      <Tabs defaultValue="comments" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="comments" leftSection={<CommentIcon size={14} />}>
            Comments {data && data.total > 0 && <span className={classes.count}>{data.total}</span>}
          </Tabs.Tab>
          <Tabs.Tab value="worklogs" leftSection={<HourglassIcon size={14} />}>
            Work log{' '}
            {worklogs && worklogs.total > 0 && <span className={classes.count}>{worklogs.total}</span>}
          </Tabs.Tab>
          <Tabs.Tab value="history" leftSection={<ClockIcon size={14} />}>
            History
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="comments">
          <Comments issue={issue} may={may} />
        </Tabs.Panel>
        <Tabs.Panel value="worklogs">
          <Worklogs issue={issue} may={may} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryList issue={issue} />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}
