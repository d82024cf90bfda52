import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { searchQuery } from '../../api/issues.ts';
import { projectsQuery } from '../../api/projects.ts';
import { ApiError } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { IssuesIcon } from '../../components/icons.tsx';
import { ButtonLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice, SignInButton } from '../../components/states.tsx';
import { FilterBar } from './filter-bar.tsx';
import classes from './issue-list.module.css';
import { IssueTable } from './issue-table.tsx';
import { jqlOf, type Order, orderOf, parseSort, withOrder, writeSort } from './jql.ts';
import { JqlBar } from './jql-bar.tsx';
import { Pager } from './pager.tsx';

const route = getRouteApi('/shell/issues');
const pageSize = 50;

export function IssueList() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { user } = useSession();
  const { data: projects = [] } = useQuery(projectsQuery);
  const asJql = search.jql !== undefined;
  const jql = search.jql ?? withOrder(jqlOf(search), parseSort(search.sort));
  const order = asJql ? orderOf(jql) : parseSort(search.sort);
  const page = useQuery(searchQuery({ jql, startAt: search.start ?? 0, maxResults: pageSize }));

  const sortBy = (next: Order) =>
    navigate({
      search: asJql
        ? { jql: withOrder(jql, next) }
        : ({ start: _, ...filters }) => ({ ...filters, sort: writeSort(next) }),
    });

  const project = projects.find(({ key }) => key === search.project);
  const title = project?.name ?? search.project ?? 'Issues';
  const filtered = Boolean(search.text || search.status || search.assignee || search.project || search.jql);
  // A refused query is a matter between the box and its writer, not a failure of the page.
  const refusal = page.error instanceof ApiError && page.error.status === 400 ? page.error : null;

  return (
    <Page title={title} intro={project?.description}>
      <div className={classes.bar}>
        {asJql ? (
          <JqlBar
            key={jql}
            jql={jql}
            refusal={refusal?.messages ?? []}
            run={(next) => navigate({ search: { jql: next } })}
          />
        ) : (
          <FilterBar
            filters={search}
            change={(change) =>
              navigate({ search: ({ start: _, ...before }) => ({ ...before, ...change }), replace: true })
            }
            edit={() => navigate({ search: { jql } })}
          />
        )}
      </div>
      {refusal && !asJql && (
        <p role="alert" className={classes.refusal}>
          {refusal.messages.join(' ')}
        </p>
      )}
      {page.isPending && <Loading rows={12} label="Searching" />}
      {page.isError && !refusal && <Failure error={page.error} retry={page.refetch} what="list" />}
      {page.data && !page.isError && page.data.total === 0 && (
        <Notice
          icon={<IssuesIcon size={22} />}
          title={filtered ? 'No issue fits' : 'There is no issue yet'}
          actions={
            <>
              {filtered && (
                <ButtonLink to="/issues" search={{}} variant="default">
                  Show all issues
                </ButtonLink>
              )}
              {!user && <SignInButton variant={filtered ? 'subtle' : 'filled'} />}
            </>
          }
        >
          {filtered
            ? 'Loosen the filters, or look for other words.'
            : user
              ? 'Create the first one, or press c.'
              : 'Sign in: there may be issues that are not open to everybody.'}
        </Notice>
      )}
      {page.data && !page.isError && page.data.total > 0 && (
        <div data-stale={page.isPlaceholderData || undefined} className={classes.results}>
          <IssueTable issues={page.data.issues} order={order} sortBy={sortBy} />
          <Pager
            page={page.data}
            goTo={(start) =>
              navigate({ search: ({ start: _, ...before }) => (start > 0 ? { ...before, start } : before) })
            }
          />
        </div>
      )}
    </Page>
  );
}
