import type { History, HistoryItem, Issue } from '../../api/issues.ts';
import { Avatar } from '../../components/avatar.tsx';
import { When } from '../../components/when.tsx';
import classes from './history-list.module.css';

/** What changed, newest first, down to the issue's creation. */
export function HistoryList({ issue }: { issue: Issue }) {
  const histories = [...(issue.changelog?.histories ?? [])].sort((one, other) =>
    other.created.localeCompare(one.created),
  );
  const creator = issue.fields.creator ?? issue.fields.reporter;
  return (
    <ol className={classes.list}>
      {histories.map((history) => (
        <Entry key={history.id} history={history} />
      ))}
      <li className={classes.entry}>
        <Avatar user={creator} size={24} />
        <div>
          <p className={classes.head}>
            <strong>{creator?.displayName ?? 'Somebody'}</strong> created the issue{' '}
            <span className={classes.when}>
              <When at={issue.fields.created} />
            </span>
          </p>
        </div>
      </li>
    </ol>
  );
}

function Entry({ history }: { history: History }) {
  return (
    <li className={classes.entry}>
      <Avatar user={history.author} size={24} />
      <div className={classes.body}>
        <p className={classes.head}>
          <strong>{history.author?.displayName ?? 'Anonymous'}</strong>{' '}
          <span className={classes.when}>
            <When at={history.created} />
          </span>
        </p>
        {history.items.map((item, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the items of a change have no other identity
          <Change key={at} item={item} />
        ))}
      </div>
    </li>
  );
}

const longest = 160;

function Change({ item }: { item: HistoryItem }) {
  return (
    <p className={classes.change}>
      <span className={classes.field}>{item.field}</span>
      <span className={classes.from}>{shorten(item.fromString)}</span>
      <span aria-hidden="true">→</span>
      <span className="visually-hidden">became</span>
      <span className={classes.to}>{shorten(item.toString)}</span>
    </p>
  );
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  if (text === '') return 'nothing';
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
