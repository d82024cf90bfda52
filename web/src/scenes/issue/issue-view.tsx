import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Issue, IssueInBrief } from '../../api/issues.ts';
import { issuePermissionsQuery } from '../../api/projects.ts';
import { ProjectTile } from '../../components/brand.tsx';
import { TypeGlyph } from '../../components/issue-glyphs.tsx';
import { IssueLines } from '../../components/issue-lines.tsx';
import { Activity } from './activity.tsx';
import { Details } from './details.tsx';
import classes from './issue-view.module.css';
import { LongField } from './long-field.tsx';
import { Marks } from './marks.tsx';
import { MoreMenu } from './more-menu.tsx';
import { longFieldsOf } from './shown-fields.ts';
import { Summary } from './summary.tsx';
import { Transitions } from './transitions.tsx';

export type MayI = (permission: string) => boolean;

export function IssueView({ issue }: { issue: Issue }) {
  const { fields } = issue;
  const { data } = useQuery(issuePermissionsQuery(issue.key));
  const may: MayI = (permission) => data?.permissions[permission]?.havePermission ?? false;
  return (
    <article className={classes.issue}>
      <div className={classes.top}>
        <nav aria-label="Where this issue belongs" className={classes.crumbs}>
          <Link to="/issues" search={{ project: fields.project.key }} className={classes.project}>
            <ProjectTile projectKey={fields.project.key} size={16} />
            {fields.project.name}
          </Link>
          {fields.parent && (
            <>
              <span aria-hidden="true">/</span>
              <Link
                to="/browse/$issueKey"
                params={{ issueKey: fields.parent.key }}
                className={classes.project}
                title={fields.parent.fields.summary}
              >
                <TypeGlyph name={fields.parent.fields.issuetype.name} />
                {fields.parent.key}
              </Link>
            </>
          )}
          <span aria-hidden="true">/</span>
          <span className={classes.key}>
            <TypeGlyph name={fields.issuetype.name} />
            {issue.key}
          </span>
        </nav>
        <div className={classes.tools}>
          <Marks issue={issue} may={may} />
          <MoreMenu issue={issue} may={may} />
        </div>
      </div>
      <Summary issue={issue} />
      <div className={classes.columns}>
        <div className={classes.body}>
          <Transitions issue={issue} />
          {longFieldsOf(issue).map((field) => (
            <LongField key={field.id} issue={issue} field={field} />
          ))}
          {linkedByWords(issue).map(([words, issues]) => (
            <section key={words} className={classes.subtasks} aria-label={`Linked: ${words}`}>
              <h2 className={classes.title}>This issue {words}</h2>
              <IssueLines issues={issues} />
            </section>
          ))}
          {fields.subtasks && fields.subtasks.length > 0 && (
            <section className={classes.subtasks} aria-labelledby="subtasks">
              <h2 id="subtasks" className={classes.title}>
                Sub-tasks
              </h2>
              <IssueLines issues={fields.subtasks} />
            </section>
          )}
        </div>
        <Details issue={issue} may={may} />
        <Activity issue={issue} may={may} />
      </div>
    </article>
  );
}

/** The issues that this one is linked to, by how: "blocks", "is blocked by", … */
function linkedByWords(issue: Issue): [words: string, issues: IssueInBrief[]][] {
  const found = new Map<string, IssueInBrief[]>();
  for (const { type, inwardIssue, outwardIssue } of issue.fields.issuelinks ?? []) {
    const other = outwardIssue ?? inwardIssue;
    const words = outwardIssue ? type.outward : type.inward;
    if (other) found.set(words, [...(found.get(words) ?? []), other]);
  }
  return [...found];
}
