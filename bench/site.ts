import { randomUUID } from 'node:crypto';
import { mintTokenFor } from '../server/src/auth/api-tokens/api-tokens.ts';
import { hashPassword } from '../server/src/auth/passwords/passwords.ts';
import { builtIn } from '../server/src/db/migrations/fresh-site.ts';
import type { Site } from '../server/src/site.ts';
import { addUser } from '../server/src/users/new-user.ts';

export interface SiteFacts {
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly issueKey: string;
  /** The same with three comments. */
  readonly commentedKey: string;
}

/** One project with lived-in issues: description, labels, assignee, due date. Made over REST, as anybody would. */
export async function prepareSite(site: Site, url: string): Promise<SiteFacts> {
  const email = 'bench@example.com';
  const password = 'bench, and nothing else';
  const user = await addUser(site.db, site.clock, {
    name: 'bench',
    email,
    displayName: 'Bench Mark',
    accountId: randomUUID(),
    passwordHash: await hashPassword(site.config, password),
    timeZone: 'Europe/Berlin',
    locale: 'en_US',
  });
  const { administrators, softwareUsers } = builtIn.groups;
  await site.db
    .insertInto('group_members')
    .values([administrators, softwareUsers].map((group_id) => ({ group_id, user_id: user.id })))
    .execute();
  const { secret: token } = await mintTokenFor(site, user.id, { label: 'bench', days: 30 });
  const headers = {
    Authorization: `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`,
    'Content-Type': 'application/json',
  };
  const post = async (path: string, body: unknown): Promise<any> => {
    const response = await fetch(`${url}/rest/api/2${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  await post('/project', { key: 'BENCH', name: 'Bench', projectTypeKey: 'software', lead: 'bench' });
  const keys: string[] = [];
  for (let i = 1; i <= 20; i++) {
    const issue = await post('/issue', {
      fields: {
        project: { key: 'BENCH' },
        issuetype: { name: 'Task' },
        summary: `Measure what request number ${i} costs`,
        description: 'Run the load, look at the profile, and write down where the time goes.\n'.repeat(6),
        labels: ['performance', 'bench'],
        assignee: { name: 'bench' },
        duedate: '2030-01-31',
      },
    });
    keys.push(issue.key);
  }
  const [issueKey = '', commentedKey = ''] = keys;
  for (let i = 0; i < 3; i++) {
    await post(`/issue/${commentedKey}/comment`, {
      body: 'The figures of this round are better than those of the last.',
    });
  }
  return { email, password, token, issueKey, commentedKey };
}
