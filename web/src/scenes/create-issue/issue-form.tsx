import { Button, Checkbox, Group, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { type CreatableProject, createFieldsQuery } from '../../api/fields.ts';
import { createIssue } from '../../api/issues.ts';
import { queryClient } from '../../api/query-client.ts';
import { FieldInput } from '../../components/fields/field-input.tsx';
import type { FieldInputValue } from '../../components/fields/field-value.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import { Failure, Loading } from '../../components/states.tsx';
import { type CreateDefaults, chooseProject, chooseType, rememberChoice } from './choice.ts';
import classes from './create-issue.module.css';
import { type FormField, formFields, missingFields, wireFields } from './form-fields.ts';

interface IssueFormProps {
  projects: CreatableProject[];
  defaults: CreateDefaults;
  close: () => void;
  cancel: () => void;
  setDirty: (dirty: boolean) => void;
}

export function IssueForm({ projects, defaults, close, cancel, setDirty }: IssueFormProps) {
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [projectKey, setProjectKey] = useState(() => chooseProject(projects, defaults.projectKey).key);
  const project = chooseProject(projects, projectKey);
  const [wantedType, setWantedType] = useState<string | undefined>(undefined);
  const type = chooseType(project, wantedType);
  const [typed, setTyped] = useState<Record<string, FieldInputValue>>({});
  const [missing, setMissing] = useState<Record<string, string>>({});
  const [more, setMore] = useState(false);
  const [another, setAnother] = useState(false);

  const meta = useQuery({ ...createFieldsQuery(project.key, type?.id ?? ''), enabled: type !== undefined });
  const fields = formFields(meta.data?.values ?? []);
  const current = (field: FormField) => typed[field.id] ?? field.initial;

  const creating = useMutation({
    mutationFn: () =>
      createIssue({
        project: { key: project.key },
        issuetype: { id: type?.id },
        ...wireFields(fields, current),
      }),
    onSuccess: async ({ key }) => {
      rememberChoice(project.key, type?.id);
      void queryClient.invalidateQueries({ queryKey: ['search'] });
      // Its parent lists it now.
      void queryClient.invalidateQueries({ queryKey: ['issue'] });
      notifyDone(`${key} is created.`);
      setDirty(false);
      if (another) {
        setTyped({});
        requestAnimationFrame(() =>
          form.current?.querySelector<HTMLElement>('[data-field="summary"] input')?.focus(),
        );
        return;
      }
      close();
      await navigate({ to: '/browse/$issueKey', params: { issueKey: key } });
    },
  });

  const refusal = formErrors(
    creating.error,
    fields.map(({ id }) => id),
  );
  const errors = { ...refusal.fields, ...missing };
  const firstError = fields.find(({ id }) => errors[id])?.id;
  const attempts = creating.failureCount + Object.keys(missing).length;

  // To the first field that needs another look.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per refused attempt
  useEffect(() => {
    if (!firstError) return;
    if (fields.some((field) => field.id === firstError && !field.first)) setMore(true);
    form.current?.querySelector<HTMLElement>(`[data-field="${firstError}"] :is(input, textarea)`)?.focus();
  }, [firstError, attempts]);

  const submit = () => {
    const absent = missingFields(fields, current);
    setMissing(absent);
    if (Object.keys(absent).length === 0) creating.mutate();
  };

  const input = (field: FormField) => (
    <div key={field.id} data-field={field.id}>
      <FieldInput
        meta={field.meta}
        among={{ project: project.key }}
        value={current(field)}
        onChange={(value) => {
          setDirty(true);
          setTyped({ ...typed, [field.id]: value });
          setMissing(({ [field.id]: _, ...rest }) => rest);
        }}
        error={errors[field.id]}
        autoFocus={field.id === 'summary'}
      />
    </div>
  );
  const hidden = fields.filter((field) => !field.first);

  return (
    <form
      ref={form}
      noValidate
      aria-label="New issue"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
      }}
    >
      <div className={classes.pair}>
        <Select
          label="Project"
          data={projects.map(({ key, name }) => ({ value: key, label: `${name} (${key})` }))}
          value={project.key}
          onChange={(key) => key && setProjectKey(key)}
          allowDeselect={false}
          searchable={projects.length > 8}
          withAsterisk
        />
        <Select
          label="Type"
          data={project.issuetypes.map(({ id, name }) => ({ value: id, label: name }))}
          value={type?.id ?? null}
          onChange={(id) => id && setWantedType(id)}
          allowDeselect={false}
          withAsterisk
        />
      </div>
      {meta.isPending && type && <Loading label="Loading fields" />}
      {meta.isError && <Failure error={meta.error} retry={meta.refetch} what="form" />}
      {meta.data && (
        <>
          <div className={classes.fields}>
            <FormAlert messages={refusal.messages} error={creating.error} />
            {fields.filter((field) => field.first).map(input)}
            {hidden.length > 0 && (
              <div>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  aria-expanded={more}
                  onClick={() => setMore(!more)}
                >
                  {more ? 'Fewer fields' : `More fields (${hidden.length})`}
                </Button>
              </div>
            )}
            {more && hidden.map(input)}
          </div>
          <div className={classes.foot}>
            <Checkbox
              label="Create another"
              checked={another}
              onChange={(event) => setAnother(event.currentTarget.checked)}
            />
            <Group gap="xs">
              <Button variant="default" onClick={cancel}>
                Cancel
              </Button>
              <Button type="submit" loading={creating.isPending}>
                Create issue
              </Button>
            </Group>
          </div>
        </>
      )}
    </form>
  );
}
