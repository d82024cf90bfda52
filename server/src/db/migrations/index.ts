import type { Migration } from '../migrate.ts';
import { core } from './0001-core.ts';
import { issueText } from './0002-issue-text.ts';
import { projectOrder } from './0003-project-order.ts';
import { locks } from './0004-locks.ts';
import { captchas } from './0005-captchas.ts';
import { sessions } from './0006-sessions.ts';
import { passwordsAndMail } from './0007-passwords-and-mail.ts';
import { auditReading } from './0009-audit-reading.ts';
import { signInLimits } from './0010-sign-in-limits.ts';
import { singleSignOn } from './0011-single-sign-on.ts';
import { secondFactors } from './0012-second-factors.ts';
import { saml } from './0013-saml.ts';
import { ldap } from './0014-ldap.ts';
import { signInLinks } from './0015-sign-in-links.ts';
import { scim } from './0016-scim.ts';
import { tokenLife } from './0017-token-life.ts';
import { oauth1 } from './0018-oauth1.ts';
import { oauth2 } from './0019-oauth2.ts';
import { serviceAccounts } from './0020-service-accounts.ts';
import { credentialUse } from './0021-credential-use.ts';
import { jql } from './0022-jql.ts';
import { jqlUpdaters } from './0022b-jql.ts';
import { jqlSetters } from './0022c-jql.ts';
import { watchersAndVotes } from './0023-watchers-and-votes.ts';
import { worklogs } from './0024-worklogs.ts';
import { issueLinks } from './0025-issue-links.ts';

/** Every migration, in order. */
export const migrations: readonly Migration[] = [
  core,
  issueText,
  projectOrder,
  locks,
  captchas,
  sessions,
  passwordsAndMail,
  auditReading,
  signInLimits,
  singleSignOn,
  secondFactors,
  saml,
  ldap,
  signInLinks,
  scim,
  tokenLife,
  oauth1,
  oauth2,
  serviceAccounts,
  credentialUse,
  jql,
  jqlUpdaters,
  jqlSetters,
  watchersAndVotes,
  worklogs,
  issueLinks,
];
