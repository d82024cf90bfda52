import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { projectsQuery } from '../../api/projects.ts';
import { useSession } from '../../api/session.ts';
import { Person } from '../../components/avatar.tsx';
import { ProjectTile } from '../../components/brand.tsx';
import { PlusIcon, ProjectsIcon, SearchIcon } from '../../components/icons.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice, SignInButton } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { CreateProjectDialog } from './create-project-dialog.tsx';
import classes from './projects.module.css';

/** From here on a list is long enough to be filtered rather than read. */
const filterFrom = 9;

export function Projects() {
  const { user, canCreateProject } = useSession();
  const projects = useQuery(projectsQuery);
  const [creating, setCreating] = useState(false);
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const shown = (projects.data ?? []).filter((project) =>
    `${project.key} ${project.name}`.toLowerCase().includes(wanted),
  );

  return (
    <Page
      title="Projects"
      narrow
      actions={
        canCreateProject && (
          <Button leftSection={<PlusIcon />} onClick={() => setCreating(true)}>
            Create project
          </Button>
        )
      }
    >
      {projects.isPending && <Loading label="Loading projects" />}
      {projects.isError && <Failure error={projects.error} retry={projects.refetch} what="page" />}
      {projects.data?.length === 0 && (
        <Notice
          icon={<ProjectsIcon size={22} />}
          title={user ? 'There is no project you may see' : 'No project is open to everybody'}
          actions={user ? null : <SignInButton />}
        >
          {canCreateProject
            ? 'Create the first one: issues live in projects.'
            : user
              ? 'Ask an administrator for access to the projects you work on.'
              : 'Sign in to see the projects you work on.'}
        </Notice>
      )}
      {projects.data && projects.data.length >= filterFrom && (
        <TextInput
          className={classes.filter}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          leftSection={<SearchIcon />}
          placeholder="Filter projects"
          aria-label="Filter projects"
        />
      )}
      {shown.length > 0 && (
        <div className={table.frame}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Project</th>
                <th scope="col">Key</th>
                <th scope="col" className={table.wide}>
                  Lead
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((project) => (
                <tr key={project.id}>
                  <td>
                    <Link to="/issues" search={{ project: project.key }} className={classes.project}>
                      <ProjectTile projectKey={project.key} size={30} />
                      <span className={classes.names}>
                        <span className={classes.name}>{project.name}</span>
                        {project.description && (
                          <span className={classes.description}>{project.description}</span>
                        )}
                      </span>
                    </Link>
                  </td>
                  <td className={table.tight}>
                    <code>{project.key}</code>
                  </td>
                  <td className={`${table.tight} ${table.wide}`}>
                    {project.lead && <Person user={project.lead} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length === 0 && wanted !== '' && <p className={table.dim}>No project is called so.</p>}
      {canCreateProject && <CreateProjectDialog opened={creating} close={() => setCreating(false)} />}
    </Page>
  );
}
