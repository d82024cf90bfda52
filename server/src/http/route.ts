import type { IncomingHttpHeaders } from 'node:http';
import type { Static, TSchema } from 'typebox';
import type { Actor, Identity, RouteScope, Source } from '../identity.ts';
import type { Wire } from '../wire.ts';
import type { Presented } from './server.ts';

export type { Wire } from '../wire.ts';

/** A request as a route's handler sees it: checked, and asked by somebody known. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly actor: Actor;
  readonly identity: Identity;
  readonly source: Source;
  readonly wire: Wire;
  /** The request came over TLS, as far as the base URL says. */
  readonly secure: boolean;
  /** The path of the base URL: '' or '/jira'. */
  readonly contextPath: string;
  /** It bears X-Atlassian-Token: no-check, which no page of another site can send. */
  readonly noCheck: boolean;
  /** The query as it was sent, without `?`: for signatures over its very characters. */
  readonly queryText: string;
  /** Headers without the credentials among them: for what answers about a request to another server. */
  readonly otherHeaders: () => IncomingHttpHeaders;
  /** Raw Cookie header; only the door and the session routes read it. */
  readonly cookieHeader: string | undefined;
  /** What the door looks at; for routes that are asked by an application, and not by anybody. */
  readonly presented: () => Presented;
}

/** An answer other than 200 with a JSON body; a body of text that comes in pieces is written as it comes. */
export class Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[]>>;

  constructor(status: number, body?: unknown, headers: Readonly<Record<string, string | string[]>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export const created = (body: unknown, headers?: Record<string, string | string[]>): Answer =>
  new Answer(201, body, headers);
export const noContent = (headers?: Record<string, string | string[]>): Answer =>
  new Answer(204, undefined, headers);

/**
 * - `anonymous-ok`: anyone may call; the rule decides what they see.
 * - `signed-in`: nobody anonymous gets past http.
 * - `sign-in`: the call carries its credential in the body; others it may have (a dead session) do not
 *   count, and a page of another site may not make it.
 * - `no-door`: no credential is looked at (documentation, pictures, readiness).
 */
export type Access = 'anonymous-ok' | 'signed-in' | 'sign-in' | 'no-door';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify's syntax; `/rest/api/2/…` is also served as `/rest/api/latest/…`. */
  readonly path: string;
  /** operationId of the OpenAPI document; unique. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  /** What a credential that is held to scopes needs; null: nothing in particular. */
  readonly scope: RouteScope | null;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /**
   * The body is an HTML form's (application/x-www-form-urlencoded) in place of JSON; `maxBytes`: more than usual; `as-sent`:
   * its text, since a signature is over it; `or-json`: either.
   */
  readonly form?: true | 'as-sent' | 'or-json' | { readonly maxBytes: number };
  /** Errors are in the words of that protocol in place of Jira's. */
  readonly errors?: 'oauth2';
  /** Documented success answers by status; null: no body. */
  readonly responses: Readonly<Record<number, TSchema | null>>;
  /** Media type of the success answers when it is not JSON; for the documentation. */
  readonly produces?: string;
  /** 'schema': written by a serialiser compiled from `responses[200]`, which must name every property. */
  readonly serializer?: 'schema' | 'json';
  /** Its answer shows a secret that was just made; in any other answer a secret of ours is masked. */
  readonly showsSecret?: boolean;
  readonly handle: (call: Call<never, never, never>) => Promise<unknown>;
}

/**
 * Whether a session must have shown its password within the last minutes (Atlassian, "Adding WebSudo support"):
 * whatever changes the configuration, so that no such route can be left out.
 */
export const needsWebSudo = ({ method, scope }: Pick<Route, 'method' | 'scope'>): boolean =>
  method !== 'GET' && scope === 'manage:jira-configuration';

type Input<S> = S extends TSchema ? Static<S> : undefined;

/** Declares a route; the handler's call is typed by its schemas. */
export function route<
  const P extends TSchema | undefined = undefined,
  const Q extends TSchema | undefined = undefined,
  const B extends TSchema | undefined = undefined,
>(
  declaration: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    params?: P;
    query?: Q;
    body?: B;
    handle: (call: Call<Input<P>, Input<Q>, Input<B>>) => Promise<unknown>;
  },
): Route {
  return declaration as unknown as Route;
}
