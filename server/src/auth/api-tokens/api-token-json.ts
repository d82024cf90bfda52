import { jiraTime } from '../../lib/jira-time.ts';
import { clientName } from '../sessions/client-name.ts';
import type { TokenRecord } from './api-token-store.ts';
import type { MintedToken } from './api-tokens.ts';
import { neverMs } from './token-life.ts';
import { wordsOf } from './token-limits.ts';

/** A project's key by its id; undefined: it is gone, or not for the asker to see. */
export type KeyOfProject = (id: number) => string | undefined;

/** Data Center's shape, and what a token is held to; one client reads `lastAccess`, so both spellings are sent. */
export function apiTokenJson(token: TokenRecord, keyOf: KeyOfProject): Record<string, unknown> {
  const lastUse = token.lastUsedAt === null ? null : jiraTime(token.lastUsedAt);
  return {
    id: token.id,
    name: token.label,
    createdAt: jiraTime(token.createdAt),
    expiringAt: endJson(token.expiresAt),
    lastAccessedAt: lastUse,
    lastAccess: lastUse,
    scopes: wordsOf(token.scopes),
    projects: wordsOf(token.project_ids)?.map((id) => ({ id, key: keyOf(Number(id)) ?? null })) ?? null,
    addresses: wordsOf(token.addresses),
  };
}

/** null: it never ends. */
export const endJson = (expiresAt: number): string | null =>
  expiresAt === neverMs ? null : jiraTime(expiresAt);

export function mintedTokenJson(token: MintedToken, keyOf: KeyOfProject): Record<string, unknown> {
  return { ...apiTokenJson(token, keyOf), rawToken: token.secret };
}

export type TokenState = 'active' | 'expired' | 'revoked';

export function stateOf({ revokedAt, expiresAt }: TokenRecord, now: number): TokenState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : 'active';
}

/** The name of whoever revoked a token, by id. */
export type NameOf = (userId: number) => string | undefined;

/** All there is to say of a token and of its earlier secrets, the latest first. */
export function tokenHistoryJson(
  token: TokenRecord,
  earlier: readonly TokenRecord[],
  { now, keyOf, nameOf }: { readonly now: number; readonly keyOf: KeyOfProject; readonly nameOf: NameOf },
): Record<string, unknown> {
  return {
    ...apiTokenJson(token, keyOf),
    ...useJson(token),
    kind: token.kind,
    state: stateOf(token, now),
    revokedAt: token.revokedAt === null ? null : jiraTime(token.revokedAt),
    revokedBy: token.revokedBy === null ? null : (nameOf(token.revokedBy) ?? null),
    revokedWhy: token.revokedWhy,
    earlierSecrets: earlier.map((one) => ({
      state: stateOf(one, now),
      expiringAt: endJson(one.expiresAt),
      lastAccessedAt: one.lastUsedAt === null ? null : jiraTime(one.lastUsedAt),
      ...useJson(one),
    })),
  };
}

const useJson = ({ lastUsedAddress, lastUsedAgent }: TokenRecord): Record<string, unknown> => ({
  lastAccessAddress: lastUsedAddress,
  lastAccessClient: lastUsedAgent && (clientName(lastUsedAgent) ?? lastUsedAgent),
});
