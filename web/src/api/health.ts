import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export interface HealthCheck {
  id: string;
  state: 'ok' | 'warning' | 'error';
  title: string;
  text: string;
}

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }) =>
    (await request<{ checks: HealthCheck[] }>('GET', 'rest/tessera/1/health', { signal })).checks,
  staleTime: 0,
});
