import { jiraTime } from '../../lib/jira-time.ts';
import type { TokenSummary } from './api-token-store.ts';
import type { MintedToken } from './api-tokens.ts';

/** Data Center's shape; one client reads `lastAccess`, so both spellings are sent. */
export function apiTokenJson(token: TokenSummary): Record<string, unknown> {
  const lastUse = token.lastUsedAt === null ? null : jiraTime(token.lastUsedAt);
  return {
    id: token.id,
    name: token.label,
    createdAt: jiraTime(token.createdAt),
    expiringAt: jiraTime(token.expiresAt),
    lastAccessedAt: lastUse,
    lastAccess: lastUse,
  };
}

export function mintedTokenJson(token: MintedToken): Record<string, unknown> {
  return { ...apiTokenJson(token), rawToken: token.secret };
}
