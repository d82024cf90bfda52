import { ActionIcon, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { siteUrl } from '../../api/base.ts';
import { deleteIssue, type Issue } from '../../api/issues.ts';
import { queryClient } from '../../api/query-client.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CopyIcon, LinkIcon, MoreIcon, TrashIcon } from '../../components/icons.tsx';
import { notifyDone } from '../../components/notify.ts';
import type { MayI } from './issue-view.tsx';

export function MoreMenu({ issue, may }: { issue: Issue; may: MayI }) {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const copy = async (text: string, what: string) => {
    await navigator.clipboard.writeText(text);
    notifyDone(`${what} copied.`);
  };
  // Without a secure connection the browser keeps the clipboard closed; then copying is not offered.
  const copies = navigator.clipboard !== undefined;
  if (!copies && !may('DELETE_ISSUES')) return null;
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon size="lg" aria-label="More for this issue">
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {copies && (
            <>
              <Menu.Item
                leftSection={<LinkIcon />}
                onClick={() => copy(`${siteUrl}browse/${issue.key}`, 'Link')}
              >
                Copy link
              </Menu.Item>
              <Menu.Item leftSection={<CopyIcon />} onClick={() => copy(issue.key, 'Key')}>
                Copy key
              </Menu.Item>
            </>
          )}
          {may('DELETE_ISSUES') && (
            <Menu.Item leftSection={<TrashIcon />} color="red" onClick={() => setDeleting(true)}>
              Delete issue…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={deleting}
        title={`Delete ${issue.key}?`}
        verb="Delete issue"
        close={() => setDeleting(false)}
        act={async () => {
          await deleteIssue(issue.key);
          await navigate({ to: '/issues', search: { project: issue.fields.project.key } });
          queryClient.removeQueries({ queryKey: ['issue', issue.key] });
          await queryClient.invalidateQueries({ queryKey: ['search'] });
          notifyDone(`${issue.key} is deleted.`);
        }}
      >
        <strong>{issue.fields.summary}</strong> goes with its comments, history and sub-tasks. This cannot be
        undone.
      </ConfirmDialog>
    </>
  );
}
