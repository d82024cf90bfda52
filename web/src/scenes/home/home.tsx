import { useQuery } from '@tanstack/react-query';
import { searchQuery } from '../../api/issues.ts';
import { projectsQuery } from '../../api/projects.ts';
import { useSession } from '../../api/session.ts';
import { ProjectTile } from '../../components/brand.tsx';
import { IssueLines } from '../../components/issue-lines.tsx';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, SignInButton } from '../../components/states.tsx';
import { ExpiringTokens } from './expiring-tokens.tsx';
import classes from './home.module.css';

const mine = 'assignee = currentUser() AND resolution is EMPTY ORDER BY priority DESC, updated DESC';
const recent = 'ORDER BY updated DESC';

export function Home() {
  const { user, site } = useSession();
  const { data: projects = [] } = useQuery(projectsQuery);
  return (
    <Page
      title={user ? 'Home' : `Welcome to ${site.title}`}
      intro={
        user ? undefined : 'You see what is open to everybody. Sign in to see the rest, and to work on it.'
      }
      actions={user ? undefined : <SignInButton />}
    >
      {user && <ExpiringTokens />}
      <div className={classes.columns}>
        {user && (
          <Panel
            title="Assigned to you"
            jql={mine}
            none="Nothing that is still open is assigned to you."
            search={{ assignee: 'me' }}
          />
        )}
        <Panel title="Recently updated" jql={recent} none="There is no issue you may see yet." search={{}} />
      </div>
      {!user && projects.length > 0 && (
        <section className={classes.projects}>
          <h2 className={classes.title}>Open projects</h2>
          <div className={classes.tiles}>
            {projects.slice(0, 12).map((project) => (
              <ButtonLink
                key={project.id}
                to="/issues"
                search={{ project: project.key }}
                variant="default"
                size="md"
                leftSection={<ProjectTile projectKey={project.key} />}
              >
                {project.name}
              </ButtonLink>
            ))}
          </div>
        </section>
      )}
    </Page>
  );
}

interface PanelProps {
  title: string;
  jql: string;
  none: string;
  search: { assignee?: string };
}

function Panel({ title, jql, none, search }: PanelProps) {
  const page = useQuery(searchQuery({ jql, startAt: 0, maxResults: 12 }));
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {page.data && page.data.total > 0 && (
          <TextLink to="/issues" search={search} size="sm" aria-label={`${title}: show all`}>
            Show all
          </TextLink>
        )}
      </div>
      {page.isPending && <Loading rows={5} label={`Loading ${title.toLowerCase()}`} />}
      {page.isError && <Failure error={page.error} retry={page.refetch} what="list" />}
      {page.data?.issues.length === 0 && <p className={classes.none}>{none}</p>}
      {page.data && page.data.issues.length > 0 && <IssueLines issues={page.data.issues} />}
    </section>
  );
}
