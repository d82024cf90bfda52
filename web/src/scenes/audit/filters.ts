import type { AuditFilters } from '../../api/audit.ts';
import type { AuditSearch } from '../../router.tsx';

/** What the address says, as the server takes it: a day is one of the reader's own calendar, from its start to its end. */
export function filtersOf({ from, to, ...rest }: AuditSearch): AuditFilters {
  return { ...rest, from: startOf(from, 0), to: startOf(to, 1) };
}

function startOf(day: string | undefined, later: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '') ?? [];
  if (year === undefined) return undefined;
  const start = new Date(Number(year), Number(month) - 1, Number(date) + later);
  // The last moment of the day, rather than the first of the next.
  return new Date(start.getTime() - later).toISOString();
}

/** Kinds of events, by what their names begin with. */
export const eventKinds: readonly { value: string; label: string }[] = [
  { value: 'sign-in,sign-out', label: 'Signing in and out' },
  { value: 'lock', label: 'Locks' },
  { value: 'session', label: 'Sessions' },
  { value: 'websudo', label: 'Administrator access' },
  { value: 'password', label: 'Passwords' },
  { value: 'email', label: 'E-mail addresses' },
  { value: 'api-token', label: 'API tokens' },
  { value: 'user', label: 'Users' },
  { value: 'group', label: 'Groups' },
  { value: 'permission-scheme,project-role', label: 'Permissions and roles' },
  { value: 'project', label: 'Projects' },
  { value: 'custom-field', label: 'Custom fields' },
  { value: 'setting,site,setup-code', label: 'Settings and set-up' },
  { value: 'mail', label: 'Mail' },
  { value: 'audit', label: 'The audit log itself' },
];
