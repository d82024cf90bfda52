import { randomUUID } from 'node:crypto';
import type { Asker } from '../../audit/audit.ts';
import { registerToken } from '../../auth/api-tokens/api-tokens.ts';
import { hashPassword } from '../../auth/passwords/passwords.ts';
import { builtIn } from '../../db/migrations/fresh-site.ts';
import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import { createScheme, type Grant, getScheme } from '../../permissions/permission-schemes.ts';
import { createProject } from '../../projects/project-editing.ts';
import { addActors } from '../../projects/role-actors.ts';
import type { Site } from '../../site.ts';
import { insertMember } from '../../users/group-store.ts';
import { addUser } from '../../users/new-user.ts';
import type { User } from '../../users/user.ts';
import { createCustomField } from '../../workflows/fields.ts';
import { CommandFailed } from '../command.ts';
import { demoAccounts } from './demo-accounts.ts';
import type { DemoName, Everyone } from './demo-issue.ts';
import { pubIssues } from './demo-issues-pub.ts';
import { qaIssues } from './demo-issues-qa.ts';
import { isMarked, mark } from './demonstration-data.ts';
import { type Telling, tellIssues } from './tell-issues.ts';

/** Fills an empty site, all or nothing; a demonstration that goes on is left as it is. */
export async function seedDemonstration(site: Site): Promise<void> {
  if (await isMarked(site.db)) return;
  // Slow on purpose, so before the transaction. Too short for a person's choice; these are published anyway.
  const hashes = await hashPasswords(site);
  await inTransaction(site.db, async (trx) => {
    const inside = { ...site, db: trx };
    await mark(trx, site.clock.now());
    // Whoever drives an integration into its failures fails often, and from one address.
    const often = { key: 'signInFailuresPerNetwork', value: '1000', updated_at: site.clock.now() };
    await trx.insertInto('settings').values(often).execute();
    const people = await addAccounts(inside, hashes);
    const telling = await addProjects(inside, people);
    await tellIssues(inside, telling, 'QA', qaIssues);
    await tellIssues(inside, telling, 'PUB', pubIssues);
  });
}

/** Its passwords are known to everyone, so it is only ever served as what it is. */
export async function refuseDemonstrationData(site: Site): Promise<void> {
  if (!(await isMarked(site.db))) return;
  throw new CommandFailed(
    `the database${
      site.config.databaseUrl === undefined ? ` in ${site.config.dataFolder}` : ''
    } holds demonstration data, whose passwords everybody knows. Start with --demo, or name other data.`,
  );
}

/** One after the other: together, slow ones would count as too many that wait for the hashing queue. */
async function hashPasswords({ config }: Site): Promise<Everyone<string>> {
  const hashes: [string, string][] = [];
  for (const { name, password } of Object.values(demoAccounts)) {
    hashes.push([name, await hashPassword(config, password)]);
  }
  return Object.fromEntries(hashes) as Everyone<string>;
}

async function addAccounts(site: Site, hashes: Everyone<string>): Promise<Everyone<User>> {
  const { administrators, softwareUsers } = builtIn.groups;
  const users: [string, User][] = [];
  for (const [name, account] of Object.entries(demoAccounts)) {
    const user = await addUser(site.db, site.clock, {
      name: account.name,
      email: account.email,
      displayName: account.displayName,
      accountId: randomUUID(),
      passwordHash: hashes[name as DemoName],
      timeZone: 'UTC',
      locale: 'en_US',
    });
    await insertMember(site.db, softwareUsers, user.id);
    if (name === 'admin') await insertMember(site.db, administrators, user.id);
    await registerToken(site, undefined, user.id, { label: 'T1', days: undefined, secret: account.token });
    users.push([name, user]);
  }
  return Object.fromEntries(users) as Everyone<User>;
}

/** The accounts as those who ask; the rules then decide as they do for every request. */
async function askersOf(site: Site, people: Everyone<User>): Promise<Everyone<Asker>> {
  const revision = await readRevision(site.db);
  const askers = Object.entries(people).map(([name, user]): [string, Asker] => {
    const actor = { user, revision, profile: site.config.profile };
    const identity = { actor, via: 'password', credentialId: null, loginReason: null } as const;
    const source = { address: '', userAgent: '', requestId: '' };
    return [name, { actor, identity: { ...identity, browserSession: false }, source }];
  });
  return Object.fromEntries(askers) as Everyone<Asker>;
}

async function addProjects(site: Site, people: Everyone<User>): Promise<Telling> {
  const { admin } = await askersOf(site, people);
  const defaults = (await getScheme(site.db, String(builtIn.permissionSchemes.default))).grants;
  const more = ['DELETE_ISSUES', 'MODIFY_REPORTER'] as const;
  const everybody: Grant[] = [
    ...defaults.map(({ permission, holderType, holderId }) => ({ permission, holderType, holderId })),
    ...more.map((permission) => ({ permission, holderType: 'loggedIn', holderId: null }) as const),
  ];
  const { roles } = builtIn;
  const members = everybody.flatMap((grant): Grant[] =>
    grant.holderType !== 'loggedIn'
      ? [grant]
      : [roles.users, roles.administrators].map((holderId) => ({
          permission: grant.permission,
          holderType: 'projectRole',
          holderId,
        })),
  );
  const inside = await createScheme(site, admin, { name: 'Members only', grants: members });
  const open = await createScheme(site, admin, {
    name: 'Open to everyone',
    grants: [...everybody, { permission: 'BROWSE_PROJECTS', holderType: 'anyone', holderId: null }],
  });
  const common = { lead: demoAccounts.admin.name, projectTypeKey: 'software' };
  await createProject(site, admin, {
    ...common,
    key: 'QA',
    name: 'Quartz App',
    description: 'The time tracker itself: web, mobile, desktop. For the team.',
    permissionScheme: inside.id,
  });
  await createProject(site, admin, {
    ...common,
    key: 'PUB',
    name: 'Quartz Public',
    description: 'Wishes and bugs from everyone who uses Quartz.',
    permissionScheme: open.id,
  });
  await addActors(site, admin, 'QA', String(roles.users), { users: [demoAccounts.fred.name], groups: [] });
  const storyPoints = await createCustomField(site, admin, {
    name: 'Story Points',
    description: 'How much work it is, in comparison.',
    type: 'com.atlassian.jira.plugin.system.customfieldtypes:float',
  });
  return { askers: await askersOf(site, people), storyPoints: `customfield_${storyPoints.id}` };
}
