import { ActionIcon, Button, Popover } from '@mantine/core';
import { type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Issue } from '../../api/issues.ts';
import {
  takeVoteBack,
  unwatchIssue,
  voteFor,
  votersQuery,
  watchersQuery,
  watchIssue,
} from '../../api/marks.ts';
import { useSession } from '../../api/session.ts';
import { type User, userId } from '../../api/users.ts';
import { Person } from '../../components/avatar.tsx';
import { CloseIcon, EyeIcon, VoteIcon } from '../../components/icons.tsx';
import { notifyFailure } from '../../components/notify.ts';
import { UserSelect } from '../../components/user-select.tsx';
import type { MayI } from './issue-view.tsx';
import classes from './marks.module.css';
import { useIssueChange } from './use-issue-change.ts';

/** Who watches the issue and who voted for it: how many at a glance, who and oneself on demand. */
export function Marks({ issue, may }: { issue: Issue; may: MayI }) {
  const { user } = useSession();
  const { watches, votes, reporter, resolution } = issue.fields;
  const mayManage = may('MANAGE_WATCHERS');
  const removing = useIssueChange(issue.key, (other: User) => unwatchIssue(issue.key, other));
  const isReporter = user !== null && reporter != null && userId(reporter) === userId(user);
  return (
    <>
      <Mark
        issue={issue}
        name="Watchers"
        icon={<EyeIcon />}
        count={watches?.watchCount ?? 0}
        isMine={watches?.isWatching ?? false}
        people={watchersQuery(issue.key) as unknown as PeopleQuery}
        verbs={['Watch this issue', 'Stop watching']}
        change={(mine, me) => (mine ? watchIssue(issue.key, me) : unwatchIssue(issue.key, me))}
        mayName={may('VIEW_VOTERS_AND_WATCHERS')}
        beside={(person) =>
          mayManage && (
            <ActionIcon
              size="sm"
              aria-label={`Remove ${person.displayName} from the watchers`}
              onClick={() =>
                removing.mutate(person, {
                  onError: (error) => notifyFailure('The watcher was not removed', error),
                })
              }
            >
              <CloseIcon size={12} />
            </ActionIcon>
          )
        }
      >
        {mayManage && <AddWatcher issue={issue} />}
      </Mark>
      <Mark
        issue={issue}
        name="Votes"
        icon={<VoteIcon />}
        count={votes?.votes ?? 0}
        isMine={votes?.hasVoted ?? false}
        people={votersQuery(issue.key) as unknown as PeopleQuery}
        verbs={['Vote for this issue', 'Take the vote back']}
        change={(mine) => (mine ? voteFor(issue.key) : takeVoteBack(issue.key))}
        mayName={may('VIEW_VOTERS_AND_WATCHERS')}
        closed={
          resolution
            ? 'It is resolved, so votes are closed.'
            : isReporter && 'You reported it; votes are for others who need it too.'
        }
      />
    </>
  );
}

type PeopleQuery = UseQueryOptions<User[]>;

interface MarkProps {
  issue: Issue;
  name: string;
  icon: ReactNode;
  count: number;
  isMine: boolean;
  people: PeopleQuery;
  /** What the button says: to begin, and to end. */
  verbs: readonly [string, string];
  change: (mine: boolean, me: User) => Promise<unknown>;
  /** Whether others are named. */
  mayName: boolean;
  /** Why one cannot change anything. */
  closed?: string | false;
  beside?: (person: User) => ReactNode;
  children?: ReactNode;
}

function Mark(props: MarkProps) {
  const { issue, name, icon, count, isMine, verbs, change, closed, children } = props;
  const { user } = useSession();
  const [opened, setOpened] = useState(false);
  const changing = useIssueChange(issue.key, (mine: boolean) => change(mine, user as User));
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={280} trapFocus withRoles>
      <Popover.Target>
        <Button
          variant="subtle"
          color={isMine ? undefined : 'gray'}
          size="compact-sm"
          leftSection={icon}
          className={classes.opener}
          aria-label={`${name}: ${count}${isMine ? ', including you' : ''}`}
          onClick={() => setOpened(!opened)}
        >
          {count}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={name}>
        <div className={classes.content}>
          {user &&
            (closed ? (
              <p className={classes.note}>{closed}</p>
            ) : (
              <Button
                variant="default"
                size="xs"
                fullWidth
                // Not disabled while it is under way: that would take the focus out of the dialog.
                aria-busy={changing.isPending}
                onClick={() => {
                  if (changing.isPending) return;
                  changing.mutate(!isMine, { onError: (error) => notifyFailure('Nothing changed', error) });
                }}
              >
                {isMine ? verbs[1] : verbs[0]}
              </Button>
            ))}
          {opened && <People {...props} />}
          {children}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function People({ name, count, people, mayName, beside }: MarkProps) {
  const { data = [] } = useQuery(people);
  if (count === 0) return <p className={classes.note}>{`${name}: none yet.`}</p>;
  return (
    <>
      {data.length > 0 && (
        <ul className={classes.people} aria-label={name}>
          {data.map((person) => (
            <li key={userId(person)}>
              <Person user={person} />
              {beside?.(person)}
            </li>
          ))}
        </ul>
      )}
      {!mayName && count > data.length && (
        <p className={classes.note}>
          {data.length === 0 ? `${count} in all` : `and ${count - data.length} more`}; you may not see who.
        </p>
      )}
    </>
  );
}

function AddWatcher({ issue }: { issue: Issue }) {
  // A new field for each person that was added: it starts empty again.
  const [added, setAdded] = useState(0);
  const adding = useIssueChange(issue.key, (person: User) => watchIssue(issue.key, person));
  return (
    <UserSelect
      key={added}
      among="everybody"
      value={null}
      size="xs"
      aria-label="Add a watcher"
      placeholder="Add a watcher"
      comboboxProps={{ withinPortal: false }}
      onChange={(person) => {
        if (person === null) return;
        adding.mutate(person, {
          onSuccess: () => setAdded(added + 1),
          onError: (error) => notifyFailure('The watcher was not added', error),
        });
      }}
    />
  );
}
