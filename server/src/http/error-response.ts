import { STATUS_CODES } from 'node:http';
import {
  type AppError,
  OauthError,
  OauthProblem,
  PageRefusal,
  PlainRefusal,
  ScimRefusal,
  ScopeMissing,
  SignInRefused,
  TextRefusal,
} from '../errors.ts';

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly type: string;
  readonly body: string;
}

/** Clients compare the whole string (atlassian-python-api): no space, upper-case charset. */
export const jsonType = 'application/json;charset=UTF-8';
const htmlType = 'text/html;charset=UTF-8';

/** HTML forms, and what OAuth 1.0a answers with (RFC 5849 §2.1). */
export const formType = 'application/x-www-form-urlencoded';

/** RFC 7644 §8.1. */
export const scimType = 'application/scim+json';

/** RFC 7644 §3.12: what SCIM clients read. */
function scimErrorBody(error: AppError): object {
  const detail = [...error.messages, ...Object.values(error.fields)].join(' ') || error.message;
  const type = error instanceof ScimRefusal ? error.scimType : undefined;
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(error.status),
    ...(type === undefined ? {} : { scimType: type }),
    detail,
  };
}

/** RFC 6749 §5.2: what OAuth clients read, whoever refused. */
function oauthErrorBody(error: AppError): object {
  const code =
    error instanceof OauthError
      ? error.error
      : error.status === 429 || error.status === 503
        ? 'temporarily_unavailable'
        : 'invalid_request';
  return { error: code, error_description: error.messages[0] ?? error.message };
}

/** What rendering needs of the request. */
export interface ErrorContext {
  readonly accept: string | undefined;
  /** Base URL; undefined while the Host header itself is what was refused. */
  readonly base: string | undefined;
  readonly requestId: string;
  /** The address is one of SCIM, which has error bodies of its own. */
  readonly scim?: boolean;
  /** The route's errors are in the words of OAuth 2.0. */
  readonly oauth?: boolean;
}

/** The only place that turns an error into an answer. */
export function errorResponse(error: AppError, context: ErrorContext): ErrorAnswer {
  const headers: Record<string, string | string[]> = { ...error.headers };
  if (error instanceof SignInRefused) headers['X-Seraph-LoginReason'] = error.reason;
  if (error instanceof SignInRefused && error.reason === 'AUTHENTICATION_DENIED') {
    // Clients take what follows the last `=` or `login-url=` (dc-app-performance-toolkit): none may be in the URL.
    headers['X-Authentication-Denied-Reason'] =
      `CAPTCHA_CHALLENGE; login-url=${context.base ?? ''}/login.jsp`;
  }
  if (error instanceof OauthProblem) {
    headers['WWW-Authenticate'] = `${challenge(context.base)}, oauth_problem="${error.problem}"`;
    const body = new URLSearchParams({ oauth_problem: error.problem, ...error.parameters }).toString();
    return { status: error.status, headers, type: formType, body };
  }
  if (needsChallenge(error) && headers['WWW-Authenticate'] === undefined) {
    headers['WWW-Authenticate'] = challenge(context.base);
  }
  if (context.scim === true) {
    return { status: error.status, headers, type: scimType, body: JSON.stringify(scimErrorBody(error)) };
  }
  if (context.oauth === true || error instanceof OauthError) {
    Object.assign(headers, { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    return { status: error.status, headers, type: jsonType, body: JSON.stringify(oauthErrorBody(error)) };
  }
  if (error instanceof TextRefusal) {
    return { status: error.status, headers, type: 'text/plain', body: error.text };
  }
  if (error instanceof PageRefusal) {
    return { status: error.status, headers, type: htmlType, body: error.html };
  }
  if (error instanceof SignInRefused && wantsHtml(context.accept)) {
    return { status: error.status, headers, type: htmlType, body: refusalPage(error) };
  }
  return { status: error.status, headers, type: jsonType, body: JSON.stringify(errorBody(error)) };
}

/** Every 401 states a scheme (RFC 9110 §15.5.2), never Basic: browsers would pop a dialog. */
export const challenge = (base: string | undefined): string =>
  `OAuth realm="${encodeURIComponent(base ?? '')}"`;

/** A bug: a fixed sentence and the request id, by which the log has the cause. */
export function bugResponse(requestId: string): ErrorAnswer {
  const message = `Internal server error. The server's log has the cause under request id ${requestId}.`;
  return {
    status: 500,
    headers: {},
    type: jsonType,
    body: JSON.stringify({ errorMessages: [message], errors: {} }),
  };
}

function errorBody(error: AppError): unknown {
  if (error instanceof ScopeMissing) return { code: error.status, message: error.messages[0] };
  if (error instanceof PlainRefusal) return { message: error.messages[0], 'status-code': error.status };
  return { errorMessages: error.messages, errors: error.fields };
}

function needsChallenge(error: AppError): boolean {
  return error.status === 401 || (error instanceof SignInRefused && error.status === 403);
}

/** A browser asks for text/html and not for JSON; programs say application/json or take anything. */
export function wantsHtml(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true && !accept.includes('application/json');
}

/** Title and line as Jira's page has them (trace in ahungry/org-jira#224): tools look for both. */
function refusalPage(error: SignInRefused): string {
  const title = `${STATUS_CODES[error.status]} (${error.status})`;
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<h1>${title}</h1>
<p>Basic Authentication Failure - Reason : ${error.reason}</p>
<p>Sign in over REST with your account e-mail and an API token.</p>
</body>
</html>
`;
}
