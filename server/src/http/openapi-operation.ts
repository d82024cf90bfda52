import { STATUS_CODES } from 'node:http';
import type { TSchema } from 'typebox';
import type { Access, Route } from './route.ts';

/** One route as OpenAPI's Operation Object. */
export function operation(route: Route): object {
  const parameters = [...pathParameters(route), ...queryParameters(route.query)];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { [consumes(route)]: { schema: route.body } } } }),
    responses: { ...successes(route), ...refusals(route) },
    security: security[route.access],
    'x-access': route.access,
    ...(route.scope === null ? {} : { 'x-scope': route.scope }),
  };
}

const consumes = ({ form }: Route): string =>
  form ? 'application/x-www-form-urlencoded' : 'application/json';

const credentials = [{ basic: [] }, { bearer: [] }, { session: [] }];

/** An empty requirement among the others means that none need be met (OpenAPI 3.1.1, "Security Requirement Object"). */
const security: Record<Access, readonly object[]> = {
  'anonymous-ok': [{}, ...credentials],
  'signed-in': credentials,
  'sign-in': [],
  'no-door': [],
};

type ObjectSchema = TSchema & { properties?: Record<string, TSchema>; required?: string[] };

function pathParameters({ path, params }: Route): object[] {
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
  if (path.endsWith('*')) names.push('path');
  return names.map((name) => ({
    name,
    in: 'path',
    required: true,
    ...described((params as ObjectSchema | undefined)?.properties?.[name] ?? { type: 'string' }),
  }));
}

function queryParameters(query: ObjectSchema | undefined): object[] {
  return Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) ?? false,
    ...described(schema),
  }));
}

/** A parameter's description belongs beside its schema, where readers show it. */
function described(schema: TSchema): object {
  const { description } = schema as { description?: string };
  return description === undefined ? { schema } : { description, schema };
}

function successes({ responses, produces = 'application/json' }: Route): Record<string, object> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, schema]) => [
      status,
      {
        description: STATUS_CODES[Number(status)] ?? 'Done',
        ...(schema === null ? {} : { content: { [produces]: { schema } } }),
      },
    ]),
  );
}

function refusals(route: Route): Record<string, object> {
  const takesInput = route.params ?? route.query ?? route.body;
  const named: Record<string, string> = {
    ...(takesInput === undefined ? {} : { 400: 'BadRequest' }),
    ...(route.access === 'no-door' ? {} : { 401: 'Unauthorized', 403: 'Forbidden' }),
    ...(route.path.includes(':') ? { 404: 'NotFound' } : {}),
    default: 'Refused',
  };
  return Object.fromEntries(
    Object.entries(named).map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]),
  );
}
