import { AuthError, createCloudClient, isAuthError } from 'jira.js-6';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

/** It speaks v3 alone, which is served where there is no rich text; and it checks what it is answered. */
describe.each(engines)('jira.js 6 on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const signedInAs = (email: string, apiToken: string) =>
    createCloudClient({ host: server.current.url, auth: { type: 'basic', email, apiToken } });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 3 });
  });

  test('who am I, what server is this, and what may I', async () => {
    const jira = signedInAs(world.fred.email, world.fred.token);
    expect((await jira.myself.getCurrentUser()).emailAddress).toBe('fred@example.com');
    expect((await jira.serverInfo.getServerInfo()).versionNumbers).toEqual([9, 12, 0]);
    const { permissions } = await jira.permissions.getMyPermissions({ permissions: 'BROWSE_PROJECTS' });
    expect(permissions?.BROWSE_PROJECTS?.havePermission).toBe(true);
  });

  test('projects, reference data and users', async () => {
    const jira = signedInAs(world.fred.email, world.fred.token);
    expect((await jira.projects.getProject({ projectIdOrKey: 'QA' })).key).toBe('QA');
    expect((await jira.projects.searchProjects()).values?.map(({ key }) => key)).toContain('QA');
    expect((await jira.workflowStatuses.getStatuses()).map(({ name }) => name)).toContain('To Do');
    expect((await jira.issueTypes.getIssueAllTypes()).map(({ name }) => name)).toContain('Epic');
    expect((await jira.issueFields.getFields()).map(({ id }) => id)).toContain('summary');
    expect((await jira.userSearch.findUsers({ query: 'wilma' })).map((user) => user.displayName)).toEqual([
      'Wilma',
    ]);
  });

  test('an issue is created, edited, assigned, transitioned and deleted', async () => {
    const jira = signedInAs(world.fred.email, world.fred.token);
    const { key } = await jira.issues.createIssue({
      fields: { project: { key: 'QA' }, issuetype: { name: 'Bug' }, summary: 'Made by version 6' },
    });
    await jira.issues.editIssue({ issueIdOrKey: key!, fields: { summary: 'Edited by version 6' } });
    await jira.issues.assignIssue({ issueIdOrKey: key!, accountId: world.fred.user.accountId });
    const { transitions } = await jira.issues.getTransitions({ issueIdOrKey: key! });
    const done = transitions?.find(({ to }) => to?.name === 'Done');
    await jira.issues.doTransition({ issueIdOrKey: key!, transition: { id: done!.id! } });
    expect((await jira.issueSearch.countIssues({ jql: `key = ${key} AND status = Done` })).count).toBe(1);
    await jira.issues.deleteIssue({ issueIdOrKey: key! });
    expect((await jira.issueSearch.countIssues({ jql: 'status = Done' })).count).toBe(0);
  });

  test('a wrong token is its AuthError, and what is not served is not found', async () => {
    const stranger = signedInAs(world.fred.email, `${world.fred.token.slice(0, -1)}?`);
    const refused = await stranger.myself.getCurrentUser().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AuthError);
    expect(isAuthError(refused)).toBe(true);
    const jira = signedInAs(world.fred.email, world.fred.token);
    await expect(jira.issues.getIssue({ issueIdOrKey: 'QA-1' })).rejects.toMatchObject({ status: 404 });
  });
});
