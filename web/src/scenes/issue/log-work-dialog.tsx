import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Issue } from '../../api/issues.ts';
import { logWork, type NewWorklog } from '../../api/worklogs.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { useIssueChange } from './use-issue-change.ts';

const format = 'Weeks, days, hours and minutes, such as 3h 30m or 1d 2h. A day has 8 hours, a week 5 days.';

export function LogWorkDialog({ issue, close }: { issue: Issue; close: () => void }) {
  const [work, setWork] = useState<NewWorklog>({ timeSpent: '', comment: '', remaining: '' });
  const logging = useIssueChange(issue.key, () => logWork(issue.key, work));
  const { fields, messages } = formErrors(logging.error, ['timeLogged', 'newEstimate', 'comment']);
  const { remainingEstimate } = issue.fields.timetracking ?? {};
  return (
    <Modal opened onClose={close} title="Log work">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          logging.mutate(undefined, { onSuccess: close });
        }}
      >
        <Stack gap="sm">
          <FormAlert messages={messages} error={logging.error} />
          <TextInput
            label="Time spent"
            description={format}
            required
            data-autofocus
            value={work.timeSpent}
            onChange={(event) => setWork({ ...work, timeSpent: event.currentTarget.value })}
            error={fields.timeLogged}
          />
          <TextInput
            label="Time remaining"
            description={
              remainingEstimate
                ? `It is ${remainingEstimate} now. Left empty, it goes down by the time spent.`
                : 'Left empty, nothing remains.'
            }
            value={work.remaining}
            onChange={(event) => setWork({ ...work, remaining: event.currentTarget.value })}
            error={fields.newEstimate}
          />
          <Textarea
            label="What was done"
            autosize
            minRows={3}
            maxRows={12}
            value={work.comment}
            onChange={(event) => setWork({ ...work, comment: event.currentTarget.value })}
            error={fields.comment}
          />
        </Stack>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={logging.isPending} disabled={work.timeSpent.trim() === ''}>
            Log work
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
