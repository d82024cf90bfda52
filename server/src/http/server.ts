import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import {
  AppError,
  BadRequest,
  Forbidden,
  NotFound,
  PayloadTooLarge,
  PlainRefusal,
  Unauthenticated,
  UnsupportedMediaType,
} from '../errors.ts';
import type { Identity, Profile, RouteScope, Source } from '../identity.ts';
import type { Clock } from '../lib/clock.ts';
import { maskSecrets, secretsIn } from '../lib/mask-secrets.ts';
import { type BaseUrl, baseUrl } from './base-url.ts';
import { noBytes, refuseOtherBody } from './body-hash.ts';
import { clearText } from './clear-text.ts';
import { crossOrigin } from './cors.ts';
import {
  bugResponse,
  challenge,
  type ErrorAnswer,
  errorResponse,
  formType,
  jsonType,
  scimType,
  wantsHtml,
} from './error-response.ts';
import { formText, parseFormBody } from './form-body.ts';
import { cloudIdOf, throughGateway } from './gateway.ts';
import { parseJsonBody } from './json-body.ts';
import { refuseForeignOrigin } from './origin.ts';
import { requestIds } from './request-id.ts';
import { requireScope } from './required-scope.ts';
import { identityHeaders, standardHeaders } from './response-headers.ts';
import { type Access, Answer, type Call, needsWebSudo, type Route } from './route.ts';
import { serializer } from './serialize.ts';
import { hasNoCheck, refuseSimpleBody } from './simple-body.ts';
import { sourceAddress } from './source-address.ts';
import { spellings } from './spellings.ts';
import { isStreamed, streamed } from './streamed.ts';
import { answerUnreadable } from './unreadable-request.ts';
import { validator } from './validation.ts';
import type { MissingPage } from './web-pages.ts';
import { writtenTogether } from './written-together.ts';

/** What a request shows of itself to the door. */
export interface Presented {
  /** Without the context path and the query, as it was sent. */
  readonly path: string;
  readonly method: string;
  /** The whole of what follows the host, with context path and query, as it was sent. */
  readonly target: string;
  /** Base URL, under which signatures are made. */
  readonly base: string;
  /** A form comes along: what a signature covers as well, and the door does not see. */
  readonly hasForm: boolean;
  readonly authorization: string | undefined;
  readonly cookieHeader: string | undefined;
  readonly source: Source;
  readonly osAuthType: string | undefined;
  readonly secure: boolean;
  readonly contextPath: string;
  readonly profile: Profile;
  /** It came to the address of Cloud's gateway, which knows neither cookies nor a silent anonymous answer. */
  readonly gateway: boolean;
}

export type Authenticate = (presented: Presented) => Promise<Identity>;

/** A request that was refused, for who explains refusals. */
export interface Refused {
  readonly error: AppError;
  /** undefined: the door refused it, or was not reached. */
  readonly identity: Identity | undefined;
  readonly source: Source;
  readonly method: string;
  /** The route's pattern, never what stood in its place; undefined: no route has the address. */
  readonly routePath: string | undefined;
}

export interface ServerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly routes: readonly Route[];
  readonly authenticate: Authenticate;
  /** Told of every answer 401, 403 and 429, and of every error that says why. Must not throw. */
  readonly onRefusal?: (refused: Refused) => void;
  /** Told of a peer that sends X-Forwarded-For without being trusted. Must not throw. */
  readonly onUntrustedProxy?: (peer: string) => void;
  /** Told of a form or body with a credential in it that could not be read. Must not throw. */
  readonly onUnreadableForm?: (form: {
    readonly source: Source;
    readonly routePath: string;
    readonly status: number;
  }) => void;
  /** Told of API tokens of ours in a text that was stored, or in an address. Must not throw. */
  readonly onLeak?: (leak: FoundTokens) => void;
  /** Told of every request that a credential opened a route to, and what the route asks for. Must not throw. */
  readonly onUse?: (identity: Identity, scope: RouteScope | null) => void;
  /** Whether this is the cloudId of the site. */
  readonly isThisSite?: (cloudId: string) => Promise<boolean>;
  /** Throws unless the caller may administer now; asked for routes that want it. */
  readonly requireWebSudo?: (identity: Identity) => Promise<void>;
  /** What is served for paths that no route has: the web app. */
  readonly pages?: (server: FastifyInstance, url: BaseUrl) => MissingPage;
}

/** API tokens where others can read them. */
export interface FoundTokens {
  readonly tokens: readonly string[];
  readonly where: 'text' | 'address';
  readonly identity: Identity | undefined;
  readonly source: Source;
  readonly method: string;
  readonly routePath: string;
}

/** Per-request state; made in the first hook, complete after the door. */
interface State {
  readonly source: Source;
  readonly base: string;
  identity: Identity | undefined;
}

const states = Symbol('state');
type Stateful = FastifyRequest & { [states]: State | undefined };

export function createServer(parts: ServerParts): FastifyInstance {
  const { config, log, clock } = parts;
  const url = baseUrl(config);
  const nextRequestId = requestIds(clock);
  const addressOf = sourceAddress(config.trustedProxies);
  const rest = `${url.contextPath}/rest/`;
  const inClearText = clearText(config, url.secure);
  const readiness = new Set(['/status', `${url.contextPath}/status`]);
  const everywhere = standardHeaders(url.secure);
  const elsewhere = crossOrigin(config.corsOrigins);

  const server = Fastify({
    logger: false,
    bodyLimit: config.maxBodyBytes,
    requestTimeout: 60_000,
    // Node would refuse a request without Host in words of its own (refuseAmbiguous does in ours).
    http: { maxHeaderSize: 16_384, headersTimeout: 20_000, requireHostHeader: false } as object,
    rewriteUrl: (request) => throughGateway(request, pathOf(request), url.contextPath),
    // No hook has run for these: the router could not read the path.
    frameworkErrors: (error, request, reply) => {
      const requestId = nextRequestId();
      reply.headers(everywhere).headers(identityHeaders(undefined)).header('X-AREQUESTID', requestId);
      send(reply, answerFor(frameworkError(error), request, requestId));
    },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, nextRequestId(), everywhere),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 255 },
    // Each GET route answers HEAD itself: a second route for each would double what starting costs.
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  server.decorateRequest(states as never, null as never);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    ['application/json', scimType],
    { parseAs: 'buffer' },
    (request, bytes, done) => {
      try {
        if (formOf(request) && formOf(request) !== 'or-json')
          throw new UnsupportedMediaType(`The request body must be ${formType}.`);
        refuseOtherBody((request as Stateful)[states]?.identity, bytes as Buffer);
        done(null, parseJsonBody(bytes as Buffer));
      } catch (error) {
        done(error as Error);
      }
    },
  );

  server.addContentTypeParser(formType, { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      const form = formOf(request);
      // npm `oauth` names the type of the body that it has not.
      if (!form && bytes.length === 0 && isSignedByApplication(request)) return done(null, undefined);
      if (!form) throw new UnsupportedMediaType('The request body must be application/json.');
      if (form === 'as-sent') done(null, formText(bytes as Buffer));
      else done(null, parseFormBody(bytes as Buffer, typeof form === 'object' ? form.maxBytes : undefined));
    } catch (error) {
      done(error as Error);
    }
  });

  server.addHook('onRequest', (request, reply, done) => {
    const requestId = nextRequestId();
    reply.headers(everywhere);
    reply.header('X-AREQUESTID', requestId);
    const raw = request.raw;
    const forwardedFor = raw.headers['x-forwarded-for'];
    const { address, ignored } = addressOf(raw.socket.remoteAddress, forwardedFor);
    if (ignored) parts.onUntrustedProxy?.(address);
    const source = {
      address,
      userAgent: (raw.headers['user-agent'] ?? '').slice(0, 255),
      requestId,
    };
    const state: State = { source, base: '', identity: undefined };
    (request as Stateful)[states] = state;
    try {
      refuseAmbiguous(raw);
    } catch (error) {
      // What follows on this connection may be a part of what was refused.
      reply.header('Connection', 'close');
      throw error;
    }
    (state as { base: string }).base = url.of(raw.headers.host);
    if (
      inClearText(raw.socket.remoteAddress, raw.headers['x-forwarded-proto']) &&
      !readiness.has(request.url.split('?', 1)[0]!)
    ) {
      throw cameInClearText(state.base);
    }
    const inAddress = secretsIn(request.url);
    if (inAddress.length > 0) {
      const routePath = request.routeOptions.url ?? '';
      const { method } = request;
      parts.onLeak?.({ tokens: inAddress, where: 'address', identity: undefined, source, method, routePath });
    }
    const crossing = request.url.startsWith(rest) ? elsewhere(raw) : undefined;
    if (crossing !== undefined) reply.headers(crossing.headers);
    if (crossing?.preflight) reply.code(204).send();
    else done();
  });

  const answerFor = (error: unknown, request: FastifyRequest, requestId: string): ErrorAnswer => {
    const state = (request as Stateful)[states];
    if (error instanceof AppError) {
      if (error.detail !== undefined) log.info({ requestId, detail: error.detail }, error.message);
      const scim = request.url.startsWith(`${url.contextPath}/scim/`);
      const oauth = (request.routeOptions.config as Pick<Route, 'errors'>).errors === 'oauth2';
      const { accept } = request.headers;
      return errorResponse(error, { accept, base: state?.base, requestId, scim, oauth });
    }
    log.error({ requestId, method: request.method, route: request.routeOptions.url, err: error }, 'bug');
    return bugResponse(requestId);
  };

  server.setErrorHandler((error, request, reply) => {
    const state = (request as Stateful)[states];
    const requestId = state?.source.requestId ?? nextRequestId();
    const failure = isCutOff(error, request) ? cutOff() : frameworkError(error);
    if (state !== null && state !== undefined && failure instanceof AppError && isRefusal(failure)) {
      const { source, identity } = state;
      const { url: routePath } = request.routeOptions;
      parts.onRefusal?.({ error: failure, identity, source, method: request.method, routePath });
    }
    if (state && failure instanceof AppError && isUnreadForm(request, failure)) {
      const { url: routePath = '' } = request.routeOptions;
      parts.onUnreadableForm?.({ source: state.source, routePath, status: failure.status });
    }
    reply.headers(everywhere).headers(identityHeaders(state?.identity));
    reply.header('X-AREQUESTID', requestId);
    send(reply, answerFor(failure, request, requestId));
  });

  const refuseSimpleRestBody = (request: FastifyRequest): void => {
    if (!isSafe(request.method) && request.url.startsWith(rest)) refuseSimpleBody(request.raw.headers);
  };

  const door = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const state = (request as Stateful)[states]!;
    const { headers } = request.raw;
    const cloudId = cloudIdOf(request.raw);
    if (cloudId !== undefined && !(await parts.isThisSite?.(cloudId))) throw noSuchSite(cloudId);
    const identity = await parts.authenticate(presentedBy(request, state, url, config.profile));
    state.identity = identity;
    reply.headers(identityHeaders(identity));
    if (identity.cookies !== undefined) reply.header('Set-Cookie', identity.cookies);
    if (identity.via === 'session' && !isSafe(request.method)) {
      refuseForeignOrigin(headers, state.base, identity.browserSession);
    }
    // No page of another site can sign: what has no body needs no further sign of that.
    if (identity.via !== 'oauth1' || hasBody(headers)) refuseSimpleRestBody(request);
  };

  const ownPagesOnly = async (request: FastifyRequest): Promise<void> => {
    const { base } = (request as Stateful)[states]!;
    const cloudId = cloudIdOf(request.raw);
    if (cloudId !== undefined) throw noSuchSite(cloudId);
    if (!isSafe(request.method)) refuseForeignOrigin(request.raw.headers, base, false);
    refuseSimpleRestBody(request);
  };
  const hooks: Record<Access, RouteHook[]> = {
    'anonymous-ok': [door],
    'signed-in': [door],
    'sign-in': [ownPagesOnly],
    'no-door': [],
  };
  // Stands in where no credential is looked at.
  const nobody: Identity = {
    actor: { user: null, revision: 0, profile: config.profile },
    via: 'anonymous',
    credentialId: null,
    loginReason: null,
    browserSession: false,
  };
  const lost = (err: unknown, requestId: string) => log.error({ requestId, err }, 'answer cut off');
  const { requireWebSudo, onLeak, onUse } = parts;
  const registration = { url, hooks, nobody, lost, requireWebSudo, onLeak, onUse };

  let missingPage: MissingPage | undefined;
  server.register(
    async (scope) => {
      for (const route of parts.routes) register(scope, route, registration);
      missingPage = parts.pages?.(scope, url);
    },
    { prefix: url.contextPath },
  );
  if (url.contextPath !== '') {
    // At the root as well: a probe, and a client of Cloud, need no knowledge of the context path.
    for (const route of parts.routes) if (atRoot.has(route.path)) register(server, route, registration);
  }

  // Unknown REST addresses pass the door too: a client that sees X-AUSERNAME anonymous signs in again (go-jira),
  // and a wrong credential is wrong wherever it is shown.
  const doorOfRest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.url.startsWith(rest)) await door(request, reply);
  };
  server.setNotFoundHandler({ preHandler: doorOfRest }, async (request, reply) => {
    const { accept } = request.headers;
    if (
      missingPage !== undefined &&
      request.method === 'GET' &&
      wantsHtml(accept) &&
      !request.url.startsWith(rest)
    ) {
      return missingPage(request, reply.code(404));
    }
    throw new NotFound(`There is nothing at ${request.url.split('?')[0]}.`);
  });
  return server;
}

type RouteHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

interface Registration {
  readonly url: BaseUrl;
  readonly hooks: Readonly<Record<Access, RouteHook[]>>;
  readonly nobody: Identity;
  readonly requireWebSudo: ServerParts['requireWebSudo'];
  readonly onLeak: ServerParts['onLeak'];
  readonly onUse: ServerParts['onUse'];
  /** An answer that had begun could not be finished. */
  readonly lost: (error: unknown, requestId: string) => void;
}

function register(scope: FastifyInstance, route: Route, registration: Registration): void {
  const { url, hooks, nobody, requireWebSudo, onLeak, onUse, lost } = registration;
  const checkParams = route.params && validator(route.params, 'params');
  const checkQuery = route.query && validator(route.query, 'query');
  const checkBody = route.body && validator(route.body, 'body');
  const write = serializer(route);
  const administers = needsWebSudo(route);
  const shown = route.showsSecret === true ? (text: string) => text : maskSecrets;
  // What people write for others to read; a sign-in sends tokens where they belong.
  const stores = !isSafe(route.method) && route.scope !== null && route.scope !== 'full-access';
  const handle = route.handle as (call: Call) => Promise<unknown>;
  for (const path of spellings(route.method, route.path)) {
    scope.route({
      method: route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
      url: path,
      onRequest: hooks[route.access],
      config: { form: route.form, signsIn: route.access === 'sign-in', errors: route.errors },
      handler: async (request, reply) => {
        const state = (request as Stateful)[states]!;
        const identity = state.identity ?? nobody;
        if (request.body === undefined) refuseOtherBody(identity, noBytes);
        if (route.access === 'signed-in' && identity.actor.user === null) throw signInFirst(route.method);
        requireScope(identity, route.scope);
        onUse?.(identity, route.scope);
        if (administers) await requireWebSudo?.(identity);
        checkParams?.(request.params);
        checkQuery?.(request.query);
        checkBody?.(request.body);
        const result = await handle({
          params: request.params,
          query: request.query,
          body: request.body,
          actor: identity.actor,
          identity,
          source: state.source,
          wire: {
            base: state.base,
            profile: identity.actor.profile,
            anonymous: identity.actor.user === null,
          },
          secure: url.secure,
          contextPath: url.contextPath,
          noCheck: hasNoCheck(request.raw.headers),
          queryText: /\?(.*)$/s.exec(request.url)?.[1] ?? '',
          otherHeaders: () => {
            const { authorization: _, cookie: __, ...others } = request.raw.headers;
            return others;
          },
          cookieHeader: request.raw.headers.cookie,
          presented: () => presentedBy(request, state, url, nobody.actor.profile),
        });
        if (stores && onLeak !== undefined) {
          const tokens = secretsIn(JSON.stringify(request.body ?? ''));
          const { source } = state;
          const { method } = route;
          if (tokens.length > 0)
            onLeak({ tokens, where: 'text', identity, source, method, routePath: route.path });
        }
        if (!(result instanceof Answer)) {
          const text = shown(write(result));
          await writtenTogether();
          reply.header('Content-Type', jsonType);
          return reply.send(text);
        }
        reply.code(result.status).headers(result.headers as Record<string, string>);
        // Of several things at once each failed for want of a sign-in.
        if (result.status === 401) reply.header('WWW-Authenticate', challenge(state.base));
        if (result.body === undefined) return reply.send();
        if (isStreamed(result.body)) {
          if (request.method === 'HEAD') return reply.send();
          return reply.send(streamed(result.body, (error) => lost(error, state.source.requestId)));
        }
        if (typeof result.body === 'string') return reply.send(shown(result.body));
        if (Buffer.isBuffer(result.body)) return reply.send(result.body);
        reply.header('Content-Type', jsonType);
        return reply.send(shown(JSON.stringify(result.body)));
      },
    });
  }
}

function send(reply: FastifyReply, answer: ErrorAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers)
    .header('Content-Type', answer.type)
    .send(maskSecrets(answer.body));
}

/** Those that a person may ask about: "why was I refused?". */
const isRefusal = ({ status, why }: AppError): boolean =>
  why !== undefined || status === 401 || status === 403 || status === 429;

const formOf = (request: FastifyRequest): Route['form'] =>
  (request.routeOptions.config as Pick<Route, 'form'>).form;

/** It would have carried a credential, and its body could not be read. */
const isUnreadForm = ({ routeOptions, body, method }: FastifyRequest, { status }: AppError): boolean =>
  (routeOptions.config as { signsIn?: boolean }).signsIn === true &&
  (status === 400 || status === 413) &&
  body === undefined &&
  !isSafe(method);

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Sign-in by cookie is none of the gateway's either. */
const noSuchSite = (cloudId: string): NotFound =>
  new NotFound(`There is nothing at this address of a site with cloudId ${cloudId}.`);

const atRoot = new Set(['/status', '/_edge/tenant_info']);

const notSignedIn = { step: 'not-signed-in' };

/** Never a redirect: the secret would have been sent before it, and would be sent again without anybody noticing. */
const cameInClearText = (base: string): Forbidden =>
  new Forbidden({
    messages: [
      `This request came over the network in clear text, where others can read it. Use ${base}. A reverse proxy that ends TLS must be named in TESSERA_TRUSTED_PROXIES.`,
    ],
    why: { step: 'clear-text' },
  });

/** The resource classes that only say "signed in" answer plainly, the ones that change something as a collection. */
function signInFirst(method: string): AppError {
  return isSafe(method)
    ? new PlainRefusal(401, 'Client must be authenticated to access this resource.', {}, notSignedIn)
    : new Unauthenticated({
        messages: ['You are not authenticated. Authentication required to perform this operation.'],
        why: notSignedIn,
      });
}

function presentedBy(
  request: FastifyRequest,
  { base, source }: State,
  { contextPath, secure }: BaseUrl,
  profile: Profile,
): Presented {
  const { headers } = request.raw;
  const gateway = cloudIdOf(request.raw) !== undefined;
  return {
    path: request.url.split('?', 1)[0]!.slice(contextPath.length),
    method: request.method,
    target: pathOf({ url: request.originalUrl }),
    base,
    hasForm: hasForm(headers),
    authorization: headers.authorization,
    cookieHeader: gateway ? undefined : headers.cookie,
    source,
    profile: gateway ? 'cloud' : profile,
    gateway,
    osAuthType: osAuthTypeOf(request),
    secure,
    contextPath,
  };
}

/** Some clients name the type where there is no body (npm `oauth`). */
const hasForm = (headers: IncomingMessage['headers']): boolean =>
  headers['content-type']?.toLowerCase().startsWith(formType) === true && hasBody(headers);

const hasBody = (headers: IncomingMessage['headers']): boolean =>
  headers['transfer-encoding'] !== undefined || !/^0*$/.test(headers['content-length'] ?? '');

const isSignedByApplication = (request: FastifyRequest): boolean =>
  (request as Stateful)[states]?.identity?.via === 'oauth1';

function osAuthTypeOf(request: FastifyRequest): string | undefined {
  const value = (request.query as Record<string, unknown> | undefined)?.os_authType;
  return typeof value === 'string' ? value : undefined;
}

/** Requests that two readers could understand in two ways (RFC 9110 §5.3, RFC 9112 §3.2 and §6.1). */
function refuseAmbiguous(raw: IncomingMessage): void {
  if (raw.httpVersion !== '1.1' && raw.httpVersion !== '1.0') {
    throw new BadRequest('This server speaks HTTP/1.1.');
  }
  const coding = raw.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new BadRequest('The only Transfer-Encoding that this server takes is chunked.');
  }
  let hosts = 0;
  let credentials = 0;
  for (let i = 0; i < raw.rawHeaders.length; i += 2) {
    const name = raw.rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
    else if (name.length === 13 && name.toLowerCase() === 'authorization') credentials++;
  }
  if (hosts === 0 && raw.httpVersion === '1.1') throw new BadRequest('The request has no Host header.');
  if (hosts > 1) throw new BadRequest('The request has more than one Host header.');
  if (credentials > 1) throw new BadRequest('The request has more than one Authorization header.');
  const target = raw.url ?? '/';
  if (target.includes('%')) {
    let decoded: string;
    try {
      decoded = decodeURIComponent(target.replaceAll('+', ' '));
    } catch (cause) {
      throw new BadRequest({ messages: ['The URL is not valid percent-encoded UTF-8.'], cause });
    }
    if (decoded.includes('\0')) throw new BadRequest('The URL holds a NUL character (%00).');
  }
}

/** A target in absolute form is reduced to its path; the host in it is not trusted. */
function pathOf(request: { readonly url?: string | undefined }): string {
  const target = request.url ?? '/';
  if (target.startsWith('/')) return target;
  return URL.canParse(target) ? target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '') || '/' : '/';
}

/** Its sender went away, or went on with what is no HTTP, in the midst of the body: nobody is there to be answered. */
const isCutOff = (error: unknown, { raw }: FastifyRequest): boolean =>
  (error as { code?: string } | null)?.code === 'ECONNRESET' && raw.readableAborted;

const cutOff = (): BadRequest => new BadRequest('The request ended before its body did.');

/** Fastify's own refusals, as ours. Anything else passes through. */
function frameworkError(error: unknown): unknown {
  const code = (error as { code?: string } | null)?.code;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new PayloadTooLarge(
        'The request body is larger than this server takes (TESSERA_MAX_BODY_BYTES).',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE':
      return new UnsupportedMediaType('The request body must be application/json.');
    case 'FST_ERR_BAD_URL':
      return new BadRequest('The URL is not valid.');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new BadRequest('The Content-Length header does not match the request body.');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new BadRequest('The request body is not valid JSON.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new NotFound('There is nothing at this address: a part of it is too long.');
    default:
      return error;
  }
}
