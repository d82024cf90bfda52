import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import { jiraTime } from '../lib/jira-time.ts';
import type { Site } from '../site.ts';
import { settingsAt } from './settings.ts';
import { version } from './version.ts';

/** The release of Jira that clients are told, which decides the paths they take (mattermost, pycontribs). */
const jira = {
  datacenter: {
    version: '9.12.0',
    versionNumbers: [9, 12, 0],
    buildNumber: 912000,
    deploymentType: 'Server',
  },
  cloud: {
    version: '1001.0.0-SNAPSHOT',
    versionNumbers: [1001, 0, 0],
    buildNumber: 100272,
    deploymentType: 'Cloud',
  },
} as const;

export const serverInfoRoutes = (site: Site): Route[] => [
  route({
    method: 'GET',
    path: '/rest/api/2/serverInfo',
    id: 'getServerInfo',
    tag: 'Site',
    summary: 'Which server this is',
    access: 'anonymous-ok',
    scope: 'read:jira-work',
    responses: {
      200: Type.Object({
        baseUrl: Type.String(),
        version: Type.String(),
        versionNumbers: Type.Array(Type.Integer()),
        deploymentType: Type.String(),
        buildNumber: Type.Integer(),
        buildDate: Type.String(),
        serverTime: Type.String(),
        scmInfo: Type.String(),
        serverTitle: Type.String(),
      }),
    },
    handle: async ({ actor, wire }) => ({
      baseUrl: wire.base,
      ...jira[wire.profile],
      buildDate: '2023-11-07T00:00:00.000+0000',
      serverTime: jiraTime(site.clock.now()),
      scmInfo: `tessera-${version}`,
      serverTitle: (await settingsAt(site.db, actor.revision)).siteTitle,
    }),
  }),
];
