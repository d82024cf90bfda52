import { Type } from 'typebox';
import { ScimRefusal } from '../../errors.ts';
import { scimType } from '../../http/error-response.ts';
import { Answer, type Call, noContent, type Route, route } from '../../http/route.ts';
import type { Site } from '../../site.ts';
import { discovery } from './discovery.ts';
import { keyOf, parseFilter } from './filter.ts';
import { schemas } from './resources.ts';
import type { ScimVisit } from './scim-audit.ts';
import { scimCaller } from './scim-caller.ts';
import {
  changeScimGroup,
  createScimGroup,
  findScimGroups,
  getScimGroup,
  removeScimGroup,
} from './scim-groups.ts';
import { changeScimUser, createScimUser, findScimUsers, getScimUser, removeScimUser } from './scim-users.ts';

const tag = 'SCIM';
const text = Type.Optional(Type.String({ maxLength: 4000 }));
const listQuery = Type.Object({
  filter: text,
  startIndex: text,
  count: text,
  attributes: text,
  excludedAttributes: text,
  sortBy: text,
  sortOrder: text,
});
const params = Type.Object({ id: Type.String() });
const common = { tag, access: 'anonymous-ok', scope: null, produces: scimType } as const;
const json = { 200: Type.Unknown() };
const mostOnAPage = 500;

type AnyCall = Pick<Call, 'identity' | 'actor' | 'source' | 'wire' | 'query'>;

const answer = (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  new Answer(status, JSON.stringify(body), { 'Content-Type': scimType, ...headers });

async function visitOf(site: Site, call: AnyCall): Promise<ScimVisit> {
  return { ...(await scimCaller(site, call)), source: call.source, base: call.wire.base };
}

interface Kind {
  readonly name: 'User' | 'Group';
  readonly path: string;
  find: typeof findScimUsers;
  get: typeof getScimUser;
  create: typeof createScimUser;
  change: typeof changeScimUser;
  remove: typeof removeScimUser;
}

const kinds: readonly Kind[] = [
  {
    name: 'User',
    path: '/scim/v2/Users',
    find: findScimUsers,
    get: getScimUser,
    create: createScimUser,
    change: changeScimUser,
    remove: removeScimUser,
  },
  {
    name: 'Group',
    path: '/scim/v2/Groups',
    find: findScimGroups,
    get: getScimGroup,
    create: createScimGroup,
    change: changeScimGroup,
    remove: removeScimGroup,
  },
];

/** SCIM 2.0 (RFC 7644) for identity providers, each with a credential of its own. */
export const scimRoutes = (site: Site): Route[] => [
  ...kinds.flatMap((kind) => resourceRoutes(site, kind)),
  ...Object.entries(discovery).map(([name, say]) =>
    route({
      ...common,
      method: 'GET',
      path: `/scim/v2/${name}`,
      id: `getScim${name}`,
      summary: `SCIM: ${name}`,
      responses: json,
      handle: async (call) => {
        await scimCaller(site, call);
        return answer(200, say(call.wire.base));
      },
    }),
  ),
];

function resourceRoutes(site: Site, { name, path, find, get, create, change, remove }: Kind): Route[] {
  return [
    route({
      ...common,
      method: 'GET',
      path,
      id: `listScim${name}s`,
      summary: `SCIM: find ${name}s`,
      query: listQuery,
      responses: json,
      handle: async (call) => {
        const { filter } = call.query;
        const found = await find(site, await visitOf(site, call), filter ? parseFilter(filter) : undefined);
        const startIndex = Math.max(1, numberOf(call.query.startIndex, 'startIndex') ?? 1);
        const count = Math.min(mostOnAPage, Math.max(0, numberOf(call.query.count, 'count') ?? 100));
        const page = found.slice(startIndex - 1, startIndex - 1 + count);
        return answer(200, {
          schemas: [schemas.list],
          totalResults: found.length,
          startIndex,
          itemsPerPage: page.length,
          Resources: page.map((one) => projected(one, call.query)),
        });
      },
    }),
    route({
      ...common,
      method: 'POST',
      path,
      id: `createScim${name}`,
      summary: `SCIM: make a ${name}`,
      body: Type.Unknown(),
      responses: { 201: Type.Unknown() },
      handle: async (call) => {
        const made = await create(site, await visitOf(site, call), call.body);
        const { location } = (made as { meta: { location: string } }).meta;
        return answer(201, made, { Location: location });
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${path}/:id`,
      id: `getScim${name}`,
      summary: `SCIM: one ${name}`,
      params,
      query: listQuery,
      responses: json,
      handle: async (call) =>
        answer(200, projected(await get(site, await visitOf(site, call), call.params.id), call.query)),
    }),
    route({
      ...common,
      method: 'PUT',
      path: `${path}/:id`,
      id: `replaceScim${name}`,
      summary: `SCIM: replace a ${name}`,
      params,
      body: Type.Unknown(),
      responses: json,
      handle: async (call) =>
        answer(200, await change(site, await visitOf(site, call), call.params.id, { replace: call.body })),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: `${path}/:id`,
      id: `changeScim${name}`,
      summary: `SCIM: change a ${name}`,
      params,
      body: Type.Unknown(),
      responses: json,
      handle: async (call) =>
        answer(200, await change(site, await visitOf(site, call), call.params.id, { patch: call.body })),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${path}/:id`,
      id: `deleteScim${name}`,
      summary: name === 'User' ? 'SCIM: deactivate an account' : 'SCIM: remove a Group',
      params,
      responses: { 204: null },
      handle: async (call) => {
        await remove(site, await visitOf(site, call), call.params.id);
        return noContent();
      },
    }),
  ];
}

function numberOf(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (!/^-?\d{1,9}$/.test(value))
    throw new ScimRefusal(400, `'${name}' must be a whole number.`, 'invalidValue');
  return Number(value);
}

/** Only, or all but, the attributes named (RFC 7644 §3.9); `schemas` and `id` are always there. */
function projected(
  resource: object,
  { attributes, excludedAttributes }: { readonly attributes?: string; readonly excludedAttributes?: string },
): object {
  const named = (list: string) =>
    new Set(list.split(',').flatMap((one) => keyOf(resource, one.trim().split('.')[0] ?? '') ?? []));
  if (attributes) {
    const wanted = named(attributes);
    return pick(resource, (key) => wanted.has(key));
  }
  if (!excludedAttributes) return resource;
  const unwanted = named(excludedAttributes);
  return pick(resource, (key) => !unwanted.has(key));
}

const pick = (resource: object, keep: (key: string) => boolean): object =>
  Object.fromEntries(
    Object.entries(resource).filter(([key]) => key === 'schemas' || key === 'id' || keep(key)),
  );
