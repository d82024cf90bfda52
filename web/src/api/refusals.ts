import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

/** Why a request was refused, and what would help. */
export interface Refusal {
  requestId: string;
  at: string;
  status: number;
  step: string;
  title: string;
  explanation: string;
  help: string;
  method: string;
  /** The resource's pattern; null: there is none at the address. */
  path: string | null;
  address: string;
  userAgent: string;
  account: { name: string; displayName: string } | null;
  facts: Record<string, string | number>;
}

export const refusalQuery = (requestId: string) =>
  queryOptions({
    queryKey: ['refusal', requestId],
    queryFn: ({ signal }) =>
      request<Refusal>('GET', `rest/tessera/1/refusals/${encodeURIComponent(requestId)}`, { signal }),
  });
