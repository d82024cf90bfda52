import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { Answer, type Call, type Route, route } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { getProvider } from '../single-sign-on/providers.ts';
import type { DirectorySyncs } from './directory-syncs.ts';
import { testDirectory } from './directory-test.ts';
import { type DirectorySync, listSyncs } from './sync-store.ts';

const path = '/rest/tessera/1/identity-providers/:id';
const common = { tag: 'Single sign-on', access: 'signed-in', scope: 'manage:jira-configuration' } as const;
const params = Type.Object({ id: Type.String() });
const count = Type.Integer();
const shape = Type.Object({
  id: Type.String(),
  started: Type.String(),
  ended: Type.Union([Type.String(), Type.Null()]),
  startedBy: Type.Union([Type.Literal('schedule'), Type.Literal('administrator')]),
  outcome: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  problem: Type.Union([Type.String(), Type.Null()]),
  counts: Type.Object({
    found: count,
    linked: count,
    updated: count,
    deactivated: count,
    activated: count,
    left: count,
  }),
  changes: Type.Array(
    Type.Object({
      account: Type.String(),
      accountId: Type.String(),
      did: Type.String({ description: 'updated, deactivated, activated, or left: it could not follow.' }),
      because: Type.String(),
    }),
    { description: 'The first 200; the counts have all.' },
  ),
});

const syncJson = (sync: DirectorySync) => ({
  id: String(sync.id),
  started: jiraTime(sync.startedAt),
  ended: sync.endedAt === null ? null : jiraTime(sync.endedAt),
  startedBy: sync.startedBy,
  outcome: sync.outcome,
  problem: sync.problem,
  counts: sync.counts,
  changes: sync.changes,
});

/** What administrators see and do of a directory. */
export const directoryRoutes = (site: Site, syncs: DirectorySyncs): Route[] => [
  route({
    ...common,
    method: 'GET',
    path: `${path}/syncs`,
    id: 'listDirectorySyncs',
    summary: 'The last syncs of a directory and what each changed; newest first',
    params,
    responses: { 200: Type.Array(shape) },
    handle: async (call) =>
      (await listSyncs(site.db, (await getDirectory(site, call, call.params.id)).id)).map(syncJson),
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/syncs`,
    id: 'startDirectorySync',
    summary: 'Let the accounts of a directory follow it now',
    params,
    responses: { 202: shape },
    handle: async (call) => {
      const directory = await getDirectory(site, call, call.params.id);
      return new Answer(202, syncJson(await syncs.start(directory, call)));
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/tests`,
    id: 'testDirectory',
    summary: 'What a directory says of a name, and what a sign-in would do; changes nothing',
    params,
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 256 }),
        password: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 4096,
            description: 'Left out: the person is only looked up.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Unknown() },
    handle: async ({ body, ...call }) =>
      testDirectory(site, call, await getDirectory(site, call, call.params.id), body),
  }),
];

async function getDirectory(
  site: Site,
  call: Pick<Call, 'actor' | 'identity' | 'source'>,
  text: string,
): Promise<Provider> {
  const none = () => new NotFound(`There is no directory with the id ${text}.`);
  const id = decimalId(text);
  if (id === undefined) throw none();
  const provider = await getProvider(site, call, id);
  if (provider.kind !== 'ldap') throw none();
  return provider;
}
