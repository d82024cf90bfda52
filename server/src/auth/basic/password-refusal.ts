import type { Config } from '../../config.ts';
import { type AppError, PlainRefusal, TextRefusal } from '../../errors.ts';

/** The answers when the site takes no passwords over Basic: Cloud's of 2019, and Data Center's of 8.16. */
export function passwordOverBasicRefused(config: Config): AppError {
  if (config.profile === 'datacenter') {
    return new PlainRefusal(403, 'Basic Authentication has been disabled on this instance.');
  }
  return new TextRefusal(
    401,
    'Basic authentication with passwords is deprecated.  For more information, see: https://developer.atlassian.com/cloud/jira/platform/deprecation-notice-basic-auth-and-cookie-based-auth/\n',
  );
}
