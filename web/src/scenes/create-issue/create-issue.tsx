import { Button, Group, Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { creatableProjectsQuery } from '../../api/fields.ts';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import type { CreateDefaults } from './choice.ts';
import classes from './create-issue.module.css';
import { IssueForm } from './issue-form.tsx';

interface CreateIssueProps {
  defaults: CreateDefaults;
  close: () => void;
}

/** The dialog for a new issue: which project, which type, and then the fields those two ask for. */
export function CreateIssue({ defaults, close }: CreateIssueProps) {
  const projects = useQuery(creatableProjectsQuery);
  const [dirty, setDirty] = useState(false);
  const [asking, setAsking] = useState(false);
  const phone = useMediaQuery('(max-width: 48em)');
  const leave = () => (dirty ? setAsking(true) : close());
  return (
    <Modal
      opened
      onClose={leave}
      title="Create issue"
      size={680}
      fullScreen={phone ?? false}
      closeOnClickOutside={!dirty}
    >
      {asking && (
        <div className={classes.discard} role="alertdialog" aria-label="Unsaved issue">
          <span>Discard what you have written?</span>
          <Group gap={6}>
            <Button size="compact-sm" variant="default" onClick={() => setAsking(false)} autoFocus>
              Keep writing
            </Button>
            <Button size="compact-sm" color="red" onClick={close}>
              Discard
            </Button>
          </Group>
        </div>
      )}
      {projects.isPending && <Loading label="Loading projects" />}
      {projects.isError && <Failure error={projects.error} retry={projects.refetch} what="form" />}
      {projects.data?.projects.length === 0 && (
        <Notice title="There is no project in which you may create issues">
          Ask an administrator for access to the projects you work on.
        </Notice>
      )}
      {projects.data && projects.data.projects.length > 0 && (
        <IssueForm
          projects={projects.data.projects}
          defaults={defaults}
          close={close}
          cancel={leave}
          setDirty={setDirty}
        />
      )}
    </Modal>
  );
}
