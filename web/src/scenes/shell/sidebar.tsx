import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { projectsQuery } from '../../api/projects.ts';
import { useSession } from '../../api/session.ts';
import { Mark, ProjectTile } from '../../components/brand.tsx';
import {
  HomeIcon,
  IssuesIcon,
  KeyIcon,
  LedgerIcon,
  LinkIcon,
  LockIcon,
  PasswordIcon,
  PlugIcon,
  PlusIcon,
  ProjectsIcon,
  PulseIcon,
  RobotIcon,
  SlidersIcon,
  UserIcon,
  UsersIcon,
} from '../../components/icons.tsx';
import { Account } from './account.tsx';
import { projectAt } from './project-at.ts';
import { QuickSearch } from './quick-search.tsx';
import classes from './sidebar.module.css';

interface SidebarProps {
  create: () => void;
  help: () => void;
  /** Only one of the two sidebars, the wide and the drawer's, may own the key for searching. */
  listensForSearch?: boolean;
}

const shownProjects = 8;

const administration = [
  { to: '/admin/users', name: 'Users', icon: <UserIcon /> },
  { to: '/admin/groups', name: 'Groups', icon: <UsersIcon /> },
  { to: '/service-accounts', name: 'Service accounts', icon: <RobotIcon /> },
  { to: '/admin/credentials', name: 'Credentials', icon: <KeyIcon /> },
  { to: '/admin/locks', name: 'Locks', icon: <LockIcon /> },
  { to: '/admin/passwords', name: 'Passwords', icon: <PasswordIcon /> },
  { to: '/admin/sign-in', name: 'Single sign-on', icon: <LinkIcon /> },
  { to: '/admin/incoming-links', name: 'Incoming links', icon: <PlugIcon /> },
  { to: '/admin/application-links', name: 'Application links', icon: <PlugIcon /> },
  { to: '/admin/audit', name: 'Audit log', icon: <LedgerIcon /> },
  { to: '/admin/health', name: 'Health', icon: <PulseIcon /> },
  { to: '/admin/settings', name: 'Settings', icon: <SlidersIcon /> },
] as const;

export function Sidebar({ create, help, listensForSearch = false }: SidebarProps) {
  const { user, site, administrator } = useSession();
  const { data: projects = [] } = useQuery(projectsQuery);
  const here = useRouterState({ select: (state) => projectAt(state.location) });
  return (
    <div className={classes.sidebar}>
      <div className={classes.top}>
        <Link to="/" className={classes.brand}>
          <Mark size={24} />
          <span>{site.title}</span>
        </Link>
        {user && (
          <Button fullWidth leftSection={<PlusIcon />} onClick={create}>
            Create issue
          </Button>
        )}
        <QuickSearch listens={listensForSearch} />
      </div>
      <nav className={classes.nav} aria-label="Main">
        <ul>
          <li>
            <Link to="/" className={classes.link} activeOptions={{ exact: true }}>
              <HomeIcon /> Home
            </Link>
          </li>
          <li>
            <Link
              to="/issues"
              search={{}}
              className={classes.link}
              activeOptions={{ includeSearch: false }}
              data-elsewhere={here}
            >
              <IssuesIcon /> Issues
            </Link>
          </li>
          <li>
            <Link to="/projects" className={classes.link}>
              <ProjectsIcon /> Projects
            </Link>
          </li>
          {user && (
            <li>
              <Link to="/profile/tokens" className={classes.link}>
                <KeyIcon /> API tokens
              </Link>
            </li>
          )}
        </ul>
        {projects.length > 0 && (
          <>
            <h2 className={classes.section}>Projects</h2>
            <ul>
              {projects.slice(0, shownProjects).map((project) => (
                <li key={project.id}>
                  <Link
                    to="/issues"
                    search={{ project: project.key }}
                    className={classes.link}
                    activeOptions={{ exact: true }}
                    data-here={project.key === here || undefined}
                  >
                    <ProjectTile projectKey={project.key} size={16} />
                    <span className={classes.name}>{project.name}</span>
                  </Link>
                </li>
              ))}
              {projects.length > shownProjects && (
                <li>
                  <Link to="/projects" className={classes.more}>
                    All {projects.length} projects
                  </Link>
                </li>
              )}
            </ul>
          </>
        )}
        {administrator && (
          <>
            <h2 className={classes.section}>Administration</h2>
            <ul>
              {administration.map(({ to, name, icon }) => (
                <li key={to}>
                  <Link to={to} search={{}} className={classes.link} activeOptions={{ includeSearch: false }}>
                    {icon} {name}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
      </nav>
      <Account help={help} />
    </div>
  );
}
