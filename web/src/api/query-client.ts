import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './request.ts';

/** Only what another try can mend is tried again; a refusal stays a refusal. */
function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 502);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && isTransient(error),
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
  },
});
