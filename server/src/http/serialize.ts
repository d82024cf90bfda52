import fastJson from 'fast-json-stringify';
import type { Route } from './route.ts';

export type Serialize = (body: unknown) => string;

/** A route's writer of 200 bodies, compiled at first use. */
export function serializer(route: Route): Serialize {
  const schema = route.responses[200];
  if (route.serializer !== 'schema' || schema === null || schema === undefined) return JSON.stringify;
  let write: Serialize | undefined;
  return (body) => {
    write ??= fastJson(schema as Parameters<typeof fastJson>[0]) as Serialize;
    return write(body);
  };
}
