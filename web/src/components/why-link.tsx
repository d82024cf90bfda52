import { queryClient } from '../api/query-client.ts';
import { ApiError, isExplained } from '../api/request.ts';
import { type Session, sessionQuery } from '../api/session.ts';
import { TextLink } from './links.tsx';

/** To the page that explains a refusal; nothing for those it would tell nothing. */
export function WhyLink({ error }: { error: unknown }) {
  // Not by a hook that loads: this also shows when nothing can be loaded.
  const session = queryClient.getQueryData<Session>(sessionQuery.queryKey);
  if (!session?.user || !(error instanceof ApiError) || !isExplained(error)) return null;
  return (
    <TextLink underline="always" to="/why/$requestId" params={{ requestId: error.requestId ?? '' }}>
      Why was this refused?
    </TextLink>
  );
}

/** A failure's words, and the way to the reason. */
export function ExplainedReason({ words, error }: { words: string; error: unknown }) {
  return (
    <>
      {words} <WhyLink error={error} />
    </>
  );
}
