import { infiniteQueryOptions } from '@tanstack/react-query';
import { siteUrl } from './base.ts';
import { request } from './request.ts';

export interface AuditRecord {
  id: string;
  at: string;
  event: string;
  summary: string;
  category: string;
  outcome: string;
  /** null: the server itself, or nobody known. */
  actor: { name: string; key: string | null; displayName: string | null } | null;
  /** By which kind of credential. */
  via: string;
  credentialId: string | null;
  address: string;
  userAgent: string;
  requestId: string;
  subject: { type: string | null; id: string | null; name: string | null } | null;
  changes: { field: string; from: string | null; to: string | null }[];
  detail: Record<string, unknown> | null;
}

export interface AuditFilters {
  event?: string | undefined;
  user?: string | undefined;
  outcome?: string | undefined;
  address?: string | undefined;
  requestId?: string | undefined;
  text?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const path = 'rest/tessera/1/audit';

interface AuditPage {
  records: AuditRecord[];
  next: string | null;
}

export const auditQuery = (filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam, signal }) =>
      request<AuditPage>('GET', path, { query: { ...filters, after: pageParam, limit: 50 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // Pages already read must not shift under the reader.
    refetchOnWindowFocus: false,
  });

/** Starts the download of everything that matches. Throws ApiError when the server will not give it. */
export async function downloadAudit(filters: AuditFilters, format: 'jsonl' | 'csv'): Promise<void> {
  // A download cannot ask for a password, nor say what went wrong: this request can.
  await request('GET', path, { query: { ...filters, limit: 1 } });
  const url = new URL(`${path}/export`, siteUrl);
  for (const [name, value] of Object.entries({ ...filters, format })) {
    if (value) url.searchParams.set(name, value);
  }
  location.assign(url);
}
