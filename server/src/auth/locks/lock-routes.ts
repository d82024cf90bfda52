import { Type } from 'typebox';
import { BadRequest } from '../../errors.ts';
import { noContent, type Route, route } from '../../http/route.ts';
import type { Site } from '../../site.ts';
import { lift, viewCounts, viewLocks } from './lock-administration.ts';
import { countJson, lockJson } from './lock-json.ts';
import { unlockByCode } from './lock-mails.ts';

const path = '/rest/tessera/1/locks';
const common = { tag: 'Locks', path, access: 'signed-in', scope: 'manage:jira-configuration' } as const;

export const lockRoutes = (site: Site): Route[] => [
  route({
    ...common,
    method: 'GET',
    id: 'getLocks',
    summary: 'Who is locked out of sign-in, from where, since when; with `username`, the counts of one name',
    query: Type.Object({ username: Type.Optional(Type.String({ minLength: 1 })) }),
    responses: {
      200: Type.Object({ locks: Type.Array(Type.Unknown()), counts: Type.Array(Type.Unknown()) }),
    },
    handle: async (call) => {
      const { username } = call.query;
      const [locks, counts] = [
        await viewLocks(site, call, username),
        username === undefined ? [] : await viewCounts(site, call, username),
      ];
      return {
        locks: locks.map((lock) => lockJson(lock, call.wire)),
        counts: counts.map(countJson),
      };
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    id: 'clearLocks',
    summary: 'Reset the failed login count of an account, from everywhere',
    query: Type.Object({ username: Type.Optional(Type.String({ minLength: 1 })) }),
    responses: { 204: null },
    handle: async (call) => {
      const { username } = call.query;
      if (username === undefined) {
        throw new BadRequest({ fields: { username: 'Say whose count: ?username=fred.' } });
      }
      await lift(site, call, username);
      return noContent();
    },
  }),
  route({
    tag: 'Locks',
    scope: null,
    method: 'POST',
    path: '/rest/tessera/1/unlock',
    id: 'unlockByMail',
    summary: 'Forget the failed sign-ins of the account that a mailed link belongs to',
    access: 'sign-in',
    body: Type.Object({ code: Type.String({ maxLength: 200 }) }, { additionalProperties: false }),
    responses: { 204: null },
    handle: async (call) => {
      await unlockByCode(site, call.body.code, call.source);
      return noContent();
    },
  }),
];
