import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { issueQuery } from '../../api/issues.ts';
import { Page } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { IssueView } from './issue-view.tsx';

const route = getRouteApi('/shell/browse/$issueKey');

export function IssueScene() {
  const { issueKey } = route.useParams();
  const navigate = route.useNavigate();
  const issue = useQuery(issueQuery(issueKey));
  const realKey = issue.data?.key;

  // Reached by a number, in small letters or by the key it had before a move.
  useEffect(() => {
    if (realKey !== undefined && realKey !== issueKey) {
      void navigate({ to: '/browse/$issueKey', params: { issueKey: realKey }, replace: true });
    }
  }, [realKey, issueKey, navigate]);

  if (issue.data) return <IssueView key={issue.data.key} issue={issue.data} />;
  return (
    <Page title={issueKey} narrow>
      {issue.isPending ? (
        <Loading rows={8} label={`Loading ${issueKey}`} />
      ) : (
        <Failure error={issue.error} retry={issue.refetch} what="issue" />
      )}
    </Page>
  );
}
