import { Version2Client } from 'jira.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

describe.each(engines)('jira.js on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let client: Version2Client;
  const signedInAs = (email: string, apiToken: string) =>
    new Version2Client({ host: server.current.url, authentication: { basic: { email, apiToken } } });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 3 });
    client = signedInAs(world.fred.email, world.fred.token);
  });

  test('who am I, and what server is this', async () => {
    expect((await client.myself.getCurrentUser()).emailAddress).toBe('fred@example.com');
    expect((await client.serverInfo.getServerInfo()).versionNumbers).toEqual([9, 12, 0]);
  });

  test('an issue is created, read, edited, commented, assigned, transitioned, found and deleted', async () => {
    const { key } = await client.issues.createIssue({
      fields: {
        project: { key: 'QA' },
        issuetype: { name: 'Bug' },
        summary: 'Made by a client that nobody here wrote',
        description: 'First line\nSecond line',
        labels: ['client'],
      },
    });
    expect(key).toMatch(/^QA-\d+$/);

    await client.issues.editIssue({ issueIdOrKey: key, fields: { summary: 'Edited by it, too' } });
    await client.issues.editIssue({ issueIdOrKey: key, update: { labels: [{ add: 'edited' }] } });
    const comment = await client.issueComments.addComment({
      issueIdOrKey: key,
      comment: 'Hello from a script',
    } as never);
    await client.issues.assignIssue({ issueIdOrKey: key, accountId: world.fred.user.accountId });

    const { transitions } = await client.issues.getTransitions({ issueIdOrKey: key });
    const done = transitions?.find((transition) => transition.to?.name === 'Done');
    await client.issues.doTransition({ issueIdOrKey: key, transition: { id: done!.id! } });

    const issue = await client.issues.getIssue({ issueIdOrKey: key, expand: 'changelog' });
    expect(issue.fields).toMatchObject({
      summary: 'Edited by it, too',
      description: 'First line\nSecond line',
      labels: ['client', 'edited'],
      status: { name: 'Done', statusCategory: { key: 'done' } },
      assignee: { displayName: 'Fred' },
      reporter: { emailAddress: 'fred@example.com' },
    });
    expect(issue.fields.comment.comments.map((one: any) => one.id)).toEqual([comment.id]);
    expect(issue.changelog?.histories?.length).toBeGreaterThanOrEqual(3);

    const found = await client.issueSearch.searchForIssuesUsingJql({
      jql: `project = QA AND status = Done AND labels in (edited) AND assignee = currentUser() ORDER BY created DESC`,
    });
    expect(found.issues?.map((one) => one.key)).toEqual([key]);
    expect(found.total).toBe(1);

    await client.issues.deleteIssue({ issueIdOrKey: key });
    await expect(client.issues.getIssue({ issueIdOrKey: key })).rejects.toMatchObject({ status: 404 });
  });

  test('watchers and votes', async () => {
    const { key: issueIdOrKey } = await client.issues.createIssue({
      fields: { project: { key: 'QA' }, issuetype: { name: 'Bug' }, summary: 'Watched' },
    });
    const watchers = () => client.issueWatchers.getIssueWatchers({ issueIdOrKey });
    const { accountId } = world.fred.user;
    await client.issueWatchers.removeWatcher({ issueIdOrKey, accountId });
    expect((await watchers()).watchCount).toBe(0);
    await client.issueWatchers.addWatcher({ issueIdOrKey, accountId });
    expect(await watchers()).toMatchObject({ watchCount: 1, isWatching: true, watchers: [{ accountId }] });
    await expect(client.issueVotes.addVote({ issueIdOrKey })).rejects.toMatchObject({ status: 404 });
    const admin = signedInAs(world.admin.email, world.admin.token);
    await admin.issueVotes.addVote({ issueIdOrKey });
    expect((await client.issueVotes.getVotes({ issueIdOrKey })).votes).toBe(1);
    await admin.issueVotes.removeVote({ issueIdOrKey });
  });

  test('worklogs', async () => {
    const { key: issueIdOrKey } = await client.issues.createIssue({
      fields: {
        project: { key: 'QA' },
        issuetype: { name: 'Bug' },
        summary: 'Worked on',
        timetracking: { originalEstimate: '2d' },
      },
    });
    const { id } = await client.issueWorklogs.addWorklog({
      issueIdOrKey,
      timeSpent: '3h',
      comment: 'Looked into it',
      adjustEstimate: 'new',
      newEstimate: '1d',
    } as never);
    const page = await client.issueWorklogs.getIssueWorklog({ issueIdOrKey });
    expect(page.worklogs?.map((one) => [one.id, one.timeSpentSeconds])).toEqual([[id, 10_800]]);
    const { fields } = await client.issues.getIssue({ issueIdOrKey });
    expect(fields.timetracking).toMatchObject({ remainingEstimate: '1d', timeSpent: '3h' });
    await client.issueWorklogs.deleteWorklog({ issueIdOrKey, id: id!, adjustEstimate: 'leave' });
    expect((await client.issueWorklogs.getIssueWorklog({ issueIdOrKey })).total).toBe(0);
  });

  test('createmeta, projects and users', async () => {
    const meta = await client.issues.getCreateIssueMeta({
      projectKeys: ['QA'],
      expand: 'projects.issuetypes.fields',
    });
    const bug = meta.projects?.[0]?.issuetypes?.find((type) => type.name === 'Bug');
    expect(bug?.fields).toHaveProperty('summary.required', true);
    expect((await client.projects.getProject({ projectIdOrKey: 'QA' })).key).toBe('QA');
    const users = await client.userSearch.findUsers({ query: 'wilma' });
    expect(users.map((user) => user.displayName)).toEqual(['Wilma']);
  });

  test('a wrong token is an error, on public data too', async () => {
    const stranger = signedInAs(world.fred.email, 'not-a-token');
    await expect(stranger.issues.getIssue({ issueIdOrKey: 'PUB-1' })).rejects.toMatchObject({ status: 401 });
  });

  test('what one may not see is forbidden', async () => {
    const wilma = signedInAs(world.wilma.email, world.wilma.token);
    await expect(wilma.issues.getIssue({ issueIdOrKey: 'QA-1' })).rejects.toMatchObject({ status: 403 });
  });
});
