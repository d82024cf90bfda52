import { useMutation } from '@tanstack/react-query';
import { queryClient } from '../../api/query-client.ts';

/** A change to an issue: whatever shows the issue is fetched anew before the change counts as done. */
export function useIssueChange<Input>(issueKey: string, change: (input: Input) => Promise<unknown>) {
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      void queryClient.invalidateQueries({ queryKey: ['search'] });
      // Its parent and its sub-tasks show a part of it; nobody looks at them now, so they wait.
      void queryClient.invalidateQueries({ queryKey: ['issue'], refetchType: 'none' });
      await queryClient.invalidateQueries({ queryKey: ['issue', issueKey] });
    },
  });
}
