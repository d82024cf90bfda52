import { siteUrl } from './base.ts';

/** A refusal or failure of the REST API, in the words the server gave. */
export class ApiError extends Error {
  readonly status: number;
  readonly messages: string[];
  readonly fields: Record<string, string>;
  readonly requestId: string | null;
  /** How long the server asks to wait; null: it names no time. */
  readonly retryAfterSeconds: number | null;

  constructor(
    status: number,
    messages: string[],
    fields: Record<string, string> = {},
    requestId: string | null = null,
    retryAfterSeconds: number | null = null,
  ) {
    super(messages[0] ?? Object.values(fields)[0] ?? `The server answered with status ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.messages = messages;
    this.fields = fields;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The server keeps for a week why it refused a request, and explains it under the request's id. */
export function isExplained({ status, requestId }: ApiError): boolean {
  return requestId !== null && [401, 403, 404, 429].includes(status);
}

/** How Jira asks an administrator's session for the password again; no other 401 says this. */
const passwordWanted = 'This resource requires WebSudo.';
const notConfirmed = 'This needs your password, which you have not confirmed. Nothing was changed.';
let confirm: (() => Promise<boolean>) | undefined;

/** Asks the person to confirm their password when a request needs it; true: the request is worth repeating. */
export function mayConfirm(ask: () => Promise<boolean>): void {
  confirm = ask;
}

type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

interface RequestOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** A 401 to this call says nothing about the session: it is the answer to the question itself. */
  asksWhoIAm?: boolean;
}

const sessionLostListeners = new Set<() => void>();

/** Calls back when a call is refused with 401: whoever was signed in no longer is. */
export function onUnauthenticated(listener: () => void): () => void {
  sessionLostListeners.add(listener);
  return () => sessionLostListeners.delete(listener);
}

/** `path` is relative to the site: 'rest/api/2/myself'. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const first = await send(method, path, options);
  const response =
    (await wantsPassword(first)) && (await confirm?.()) ? await send(method, path, options) : first;
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  const failure = failureOf(response, text);
  if (failure.status === 401 && !options.asksWhoIAm && !isPasswordWanted(failure)) {
    for (const listener of sessionLostListeners) listener();
  }
  throw failure;
}

/** The one fetch of the app. */
async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(addressOf(path, options.query), {
      method,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      credentials: 'same-origin',
      signal: options.signal ?? null,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, ['The server cannot be reached. Check the connection and try again.']);
  }
}

async function wantsPassword(response: Response): Promise<boolean> {
  return response.status === 401 && (await response.clone().text()).includes(passwordWanted);
}

/** The person is still signed in, and has not confirmed their password. */
export function isPasswordWanted(error: unknown): boolean {
  return error instanceof ApiError && error.messages[0] === notConfirmed;
}

function addressOf(path: string, query: Query = {}): string {
  const url = new URL(path, siteUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  return url.href;
}

function failureOf(response: Response, text: string): ApiError {
  const requestId = response.headers.get('X-AREQUESTID');
  const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
  let body: { errorMessages?: unknown; errors?: unknown; message?: unknown } = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) body = parsed;
  } catch {
    // A proxy's HTML page, for one: the status is all there is to tell.
  }
  const messages = Array.isArray(body.errorMessages) ? body.errorMessages.map(String) : [];
  if (typeof body.message === 'string')
    messages.push(body.message === passwordWanted ? notConfirmed : body.message);
  const fields =
    typeof body.errors === 'object' && body.errors !== null ? (body.errors as Record<string, string>) : {};
  if (messages.length === 0 && Object.keys(fields).length === 0) messages.push(plainReason(response.status));
  return new ApiError(response.status, messages, fields, requestId, Number.isFinite(wait) ? wait : null);
}

function plainReason(status: number): string {
  if (status === 401) return 'You are not signed in.';
  if (status === 403) return 'You do not have permission to do this.';
  if (status === 404) return 'This does not exist, or you may not see it.';
  if (status === 413) return 'This is larger than the server accepts.';
  if (status === 429 || status === 503) return 'The server is busy. Wait a moment and try again.';
  return `The server could not answer (status ${status}).`;
}
