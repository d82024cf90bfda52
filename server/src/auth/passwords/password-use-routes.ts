import { Type } from 'typebox';
import { type Route, route } from '../../http/route.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import type { Site } from '../../site.ts';
import { userJson } from '../../users/user-json.ts';
import { userSchema } from '../../users/user-schema.ts';
import { type PasswordUseCount, viewPasswordUse } from './password-use.ts';

export const passwordUseRoutes = (site: Site, use: PasswordUseCount): Route[] => [
  route({
    method: 'GET',
    path: '/rest/tessera/1/password-use',
    id: 'getPasswordUse',
    tag: 'Passwords',
    summary: 'Who still authenticates by password over REST, how often, and with what',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    responses: {
      200: Type.Object({
        users: Type.Array(
          Type.Object({
            user: userSchema,
            count: Type.Integer(),
            firstUsedAt: Type.String(),
            lastUsedAt: Type.String(),
            address: Type.String(),
            userAgent: Type.String(),
          }),
        ),
      }),
    },
    handle: async (call) => {
      const users = await viewPasswordUse(site, call, use);
      return {
        users: users.map((one) => ({
          user: userJson(one.user, call.wire),
          count: one.count,
          firstUsedAt: jiraTime(one.firstUsedAt),
          lastUsedAt: jiraTime(one.lastUsedAt),
          address: one.address,
          userAgent: one.userAgent,
        })),
      };
    },
  }),
];
