import { csvLine } from '../../lib/csv.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import { endJson } from '../api-tokens/api-token-json.ts';
import { neverMs } from '../api-tokens/token-life.ts';
import { wordsOf } from '../api-tokens/token-limits.ts';
import { clientName } from '../sessions/client-name.ts';
import type { Credential } from './credential-store.ts';

export function credentialJson(one: Credential, now: number, keyOf: (id: number) => string | undefined) {
  const { owner } = one;
  return {
    kind: one.kind,
    id: String(one.id),
    label: one.label,
    owner: {
      accountId: owner.accountId,
      name: owner.name,
      displayName: owner.displayName,
      active: owner.active,
      service: one.service,
    },
    state: stateOf(one, now),
    scopes: wordsOf(one.scopes),
    projects: wordsOf(one.project_ids)?.map((id) => ({ id, key: keyOf(Number(id)) ?? null })) ?? null,
    addresses: wordsOf(one.addresses),
    createdAt: jiraTime(one.createdAt),
    expiringAt: endJson(one.expiresAt),
    lastAccessedAt: one.lastUsedAt === null ? null : jiraTime(one.lastUsedAt),
    lastAccessAddress: one.lastUsedAddress,
    lastAccessClient: one.lastUsedAgent && (clientName(one.lastUsedAgent) ?? one.lastUsedAgent),
    endedAt: one.endedAt === null ? null : jiraTime(one.endedAt),
  };
}

function stateOf({ endedAt, expiresAt }: Credential, now: number): 'active' | 'expired' | 'revoked' {
  if (endedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : 'active';
}

const columns = [
  ...['kind', 'id', 'label', 'owner', 'ownerActive', 'service', 'state'],
  ...['scopes', 'projectIds', 'addresses', 'createdAt', 'expiringAt'],
  ...['lastAccessedAt', 'lastAccessAddress', 'lastAccessClient', 'endedAt'],
];

/** The file's text, page by page (RFC 4180). */
export async function* credentialCsv(
  pages: AsyncIterable<readonly Credential[]>,
  now: number,
): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const page of pages) yield page.map((one) => csvRecord(one, now)).join('');
}

function csvRecord(one: Credential, now: number): string {
  const time = (ms: number | null) => (ms === null || ms === neverMs ? null : new Date(ms).toISOString());
  return csvLine([
    ...[one.kind, one.id, one.label, one.owner.name],
    ...[one.owner.active ? 'yes' : 'no', one.service ? 'yes' : 'no', stateOf(one, now)],
    ...[one.scopes, one.project_ids, one.addresses, time(one.createdAt), time(one.expiresAt)],
    ...[time(one.lastUsedAt), one.lastUsedAddress, one.lastUsedAgent, time(one.endedAt)],
  ]);
}
