import { Link } from '@tanstack/react-router';
import type { IssueInBrief } from '../api/issues.ts';
import { StatusBadge, TypeGlyph } from './issue-glyphs.tsx';
import classes from './issue-lines.module.css';

/** Issues in a line each, for where a table would be too much. */
export function IssueLines({ issues }: { issues: IssueInBrief[] }) {
  return (
    <ul className={classes.lines}>
      {issues.map(({ id, key, fields }) => (
        <li key={id} className={classes.line}>
          <TypeGlyph name={fields.issuetype.name} />
          <span className={classes.key}>{key}</span>
          <Link
            to="/browse/$issueKey"
            params={{ issueKey: key }}
            className={classes.summary}
            data-issue={key}
          >
            {fields.summary}
          </Link>
          <StatusBadge status={fields.status} />
        </li>
      ))}
    </ul>
  );
}
