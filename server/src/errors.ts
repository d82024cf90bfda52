/** Headers that an error adds to its response, by name. */
export type ErrorHeaders = Readonly<Record<string, string | string[]>>;

/** Which step refused a request, for the person concerned and for administrators; never part of the answer. */
export interface Why {
  /** `wrong-password`, `token-expired`, `locked-here`, `missing-permission`, …; audit/refusal-texts.ts explains each. */
  readonly step: string;
  /** The account that the credential named or belongs to; undefined: no account of ours. */
  readonly userId?: number | undefined;
  /** Facts that help: a label, a permission's name, a time (`…At`, ms). Never a secret. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

export interface ErrorParts {
  readonly messages?: readonly string[];
  /** Field name → what is wrong with it; becomes `errors` in Jira's error body. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: ErrorHeaders;
  /** For the log only: never leaves the server. */
  readonly detail?: string;
  readonly why?: Why;
  readonly cause?: unknown;
}

/** Any failure a client is told about. Everything else that is thrown is a bug and answers 500. */
export abstract class AppError extends Error {
  abstract readonly status: number;
  readonly messages: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: ErrorHeaders;
  readonly detail: string | undefined;
  readonly why: Why | undefined;

  constructor(parts: ErrorParts | string = {}) {
    const given = typeof parts === 'string' ? { messages: [parts] } : parts;
    const messages = given.messages ?? [];
    super(messages[0] ?? Object.values(given.fields ?? {})[0] ?? 'Refused', { cause: given.cause });
    this.name = new.target.name;
    this.messages = messages;
    this.fields = given.fields ?? {};
    this.headers = given.headers ?? {};
    this.detail = given.detail;
    this.why = given.why;
  }
}

export class BadRequest extends AppError {
  readonly status = 400;
}

export class Unauthenticated extends AppError {
  readonly status = 401;
}

export class Forbidden extends AppError {
  readonly status = 403;
}

export class NotFound extends AppError {
  readonly status = 404;
}

export class MethodNotAllowed extends AppError {
  readonly status = 405;
}

export class Conflict extends AppError {
  readonly status = 409;
}

export class PayloadTooLarge extends AppError {
  readonly status = 413;
}

export class UnsupportedMediaType extends AppError {
  readonly status = 415;
}

export class TooManyRequests extends AppError {
  readonly status = 429;
}

export class ServiceUnavailable extends AppError {
  readonly status = 503;
}

/**
 * A credential was presented and is wrong, or the door is closed to it. One public wording whatever
 * the cause (unknown name, wrong secret, disabled account), so that nobody learns which names exist.
 */
export class SignInRefused extends AppError {
  readonly status: 401 | 403;
  /** Value of X-Seraph-LoginReason. */
  readonly reason: 'AUTHENTICATED_FAILED' | 'AUTHENTICATION_DENIED';

  constructor(reason: SignInRefused['reason'], parts: ErrorParts = {}) {
    super({
      messages: ['You are not authenticated. Authentication required to perform this operation.'],
      ...parts,
    });
    this.reason = reason;
    this.status = reason === 'AUTHENTICATED_FAILED' ? 401 : 403;
  }
}

/**
 * A request of an OAuth 1.0a application is refused: 401 in the words of "OAuth Problem Reporting", which its clients read.
 * `parameters` are more of those words (`oauth_parameters_absent`, …), never anything of the request itself.
 */
export class OauthProblem extends SignInRefused {
  readonly problem: string;
  readonly parameters: Readonly<Record<string, string>>;

  constructor(problem: string, parameters: Readonly<Record<string, string>>, why: Why) {
    super('AUTHENTICATED_FAILED', { messages: [`oauth_problem=${problem}`], why });
    this.problem = problem;
    this.parameters = parameters;
  }
}

/**
 * Framework-level refusals, which Jira answers as `{"message", "status-code"}` instead of an error
 * collection (traces in node-jira-client#255, JiraPS#69).
 */
export class PlainRefusal extends AppError {
  readonly status: number;

  constructor(status: number, message: string, headers: ErrorHeaders = {}, why?: Why) {
    super({ messages: [message], headers, ...(why === undefined ? {} : { why }) });
    this.status = status;
  }
}

/**
 * A credential that is held to scopes lacks the one that is needed. In the words of Cloud's gateway, which clients match
 * (jira.js: src/core/errors/fromResponse.ts); the header names the scope (RFC 6750 §3.1).
 */
export class ScopeMissing extends AppError {
  readonly status = 401;

  constructor(scope: string, why: Why) {
    super({
      messages: ['Unauthorized; scope does not match'],
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
      why,
    });
  }
}

/** Refused in the words of SCIM (RFC 7644 §3.12, table 9). */
export class ScimRefusal extends AppError {
  readonly status: number;
  readonly scimType: string | undefined;

  constructor(status: number, message: string, scimType?: string) {
    super(message);
    this.status = status;
    this.scimType = scimType;
  }
}

/** Refused in the words of OAuth 2.0 (RFC 6749 §5.2). */
export class OauthError extends AppError {
  readonly status: number;
  readonly error: string;

  constructor(status: number, error: string, description: string, why?: Why) {
    super({ messages: [description], ...(why === undefined ? {} : { why }) });
    this.status = status;
    this.error = error;
  }
}

/** A refusal that a person sees in place of the page they wanted; the page is complete. */
export class PageRefusal extends AppError {
  readonly status: number;
  readonly html: string;

  constructor(status: number, html: string, parts: ErrorParts = {}) {
    super(parts);
    this.status = status;
    this.html = html;
  }
}

/** A refusal that is plain text on the wire (Cloud's edge answers so; trace in gioboa/jira-plugin#148). */
export class TextRefusal extends AppError {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text: string, why?: Why) {
    super({ messages: [text.trim()], ...(why === undefined ? {} : { why }) });
    this.status = status;
    this.text = text;
  }
}
