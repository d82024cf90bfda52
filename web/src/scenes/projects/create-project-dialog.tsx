import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createProject } from '../../api/projects.ts';
import { queryClient } from '../../api/query-client.ts';
import { useSession } from '../../api/session.ts';
import type { User } from '../../api/users.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import { UserSelect } from '../../components/user-select.tsx';

const fieldNames = ['projectKey', 'key', 'projectName', 'name', 'lead', 'projectLead', 'description'];

export function CreateProjectDialog({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Create project" size="md" closeOnClickOutside={false}>
      <ProjectForm close={close} />
    </Modal>
  );
}

function ProjectForm({ close }: { close: () => void }) {
  const { user } = useSession();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [typedKey, setTypedKey] = useState<string | null>(null);
  const [lead, setLead] = useState<User | null>(user);
  const [description, setDescription] = useState('');
  const key = typedKey ?? suggestKey(name);
  const creating = useMutation({
    mutationFn: createProject,
    onSuccess: async (project) => {
      await queryClient.invalidateQueries({ queryKey: ['projects'] });
      await queryClient.invalidateQueries({ queryKey: ['createmeta'] });
      close();
      notifyDone(`Project ${project.key} is ready.`);
      await navigate({ to: '/issues', search: { project: project.key } });
    },
  });
  const { fields, messages } = formErrors(creating.error, fieldNames);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate({ key, name: name.trim(), lead: lead?.name ?? '', description: description.trim() });
      }}
    >
      <Stack gap="sm">
        <FormAlert messages={messages} error={creating.error} />
        <TextInput
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fields.projectName ?? fields.name}
          data-autofocus
        />
        <TextInput
          label="Key"
          description="Starts the keys of its issues, such as QA-31. Capital letters and digits."
          required
          maxLength={10}
          value={key}
          onChange={(event) => setTypedKey(event.currentTarget.value.toUpperCase())}
          error={fields.projectKey ?? fields.key}
        />
        <UserSelect
          label="Lead"
          among="everybody"
          required
          clearable={false}
          value={lead}
          onChange={setLead}
          error={fields.projectLead ?? fields.lead}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxRows={8}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          error={fields.description}
        />
      </Stack>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" loading={creating.isPending}>
          Create project
        </Button>
      </Group>
    </form>
  );
}

/** 'Quality assurance' → 'QA', 'Website' → 'WEBS'. */
function suggestKey(name: string): string {
  const words =
    name
      .toUpperCase()
      .normalize('NFD')
      .match(/[A-Z][A-Z0-9]*/g) ?? [];
  if (words.length > 1)
    return words
      .map((word) => word[0])
      .join('')
      .slice(0, 10);
  return (words[0] ?? '').slice(0, 4);
}
