import { OauthProblem, type Why } from '../../errors.ts';
import { signatureMethods } from './signature.ts';

/** What OAuth 1.0a has words for ("OAuth Problem Reporting"), and what they mean to who writes the application. */
const advice = {
  parameter_absent: 'A parameter that is needed is missing.',
  parameter_rejected: 'A parameter is too long, comes twice, or cannot be read.',
  version_rejected: 'The version must be 1.0, or left out.',
  signature_method_rejected: `Sign with ${signatureMethods.join(', ')}.`,
  consumer_key_unknown: 'No application link has this consumer key.',
  timestamp_refused: 'The timestamp is more than five minutes away from the time of the server.',
  signature_invalid:
    'The signature does not fit the public key of the application link and the request as it came in. The address in the base string must begin with the base URL of the server.',
  nonce_used: 'This very request was made before. Take a new nonce for each one.',
  token_rejected: 'The token is unknown here, or was revoked.',
  token_expired: 'The token has expired.',
  token_used: 'The token was exchanged already.',
  permission_unknown: 'Nobody has approved the request token yet.',
  permission_denied: 'The application may not do this.',
} as const;

export type Problem = keyof typeof advice;

/** The refusal; `parameters`: more of the words of the extension, never anything of the request itself. */
export const problem = (
  name: Problem,
  why: Why | string,
  parameters: Readonly<Record<string, string>> = {},
): OauthProblem =>
  new OauthProblem(
    name,
    { ...parameters, oauth_problem_advice: advice[name] },
    typeof why === 'string' ? { step: why } : why,
  );
