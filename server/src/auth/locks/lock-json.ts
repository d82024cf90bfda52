import { jiraTime } from '../../lib/jira-time.ts';
import { userJson } from '../../users/user-json.ts';
import type { Wire } from '../../wire.ts';
import type { Lock, SourceCount } from './lock-administration.ts';

export function lockJson(lock: Lock, wire: Wire): Record<string, unknown> {
  return {
    username: lock.username,
    user: lock.user === null ? null : userJson(lock.user, wire),
    kind: lock.kind,
    address: lock.address,
    failures: lock.failures,
    since: jiraTime(lock.since),
    lastFailureAt: jiraTime(lock.lastFailedAt),
  };
}

export function countJson(count: SourceCount): Record<string, unknown> {
  return {
    address: count.address,
    failures: count.failures,
    lastFailureAt: jiraTime(count.lastFailedAt),
  };
}
