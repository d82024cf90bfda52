import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { FieldMeta } from '../../api/fields.ts';
import { type Issue, type Transition, transitionIssue } from '../../api/issues.ts';
import { FieldInput } from '../../components/fields/field-input.tsx';
import {
  emptyValue,
  type FieldInputValue,
  fieldKind,
  isEmptyValue,
  toInput,
  toWire,
} from '../../components/fields/field-value.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { useIssueChange } from './use-issue-change.ts';

/** What a step must be told, and how an issue was resolved; the rest can be edited at any time. */
export function askedFields(transition: Transition): [string, FieldMeta][] {
  return Object.entries(transition.fields ?? {}).filter(
    ([id, meta]) =>
      fieldKind(meta) !== 'unsupported' && (id === 'resolution' || (meta.required && !meta.hasDefaultValue)),
  );
}

/** A resolution is there to be chosen, and most issues that are done are done. */
function usualValue(id: string, { allowedValues = [], defaultValue }: FieldMeta): unknown {
  if (defaultValue !== undefined || id !== 'resolution') return defaultValue;
  return allowedValues.find(({ name }) => name === 'Done') ?? allowedValues[0];
}

interface TransitionDialogProps {
  issue: Issue;
  transition: Transition;
  close: () => void;
}

/** A step that asks for more than the step, such as a resolution. */
export function TransitionDialog({ issue, transition, close }: TransitionDialogProps) {
  const metas = askedFields(transition);
  const [values, setValues] = useState<Record<string, FieldInputValue>>(() =>
    Object.fromEntries(
      metas.map(([id, meta]) => [id, toInput(fieldKind(meta), issue.fields[id] ?? usualValue(id, meta))]),
    ),
  );
  const moving = useIssueChange(issue.key, () => {
    const filled = metas.filter(([id]) => !isEmptyValue(values[id]));
    const fields = filled.map(([id, meta]) => [
      id,
      toWire(fieldKind(meta), values[id] ?? emptyValue(fieldKind(meta)), meta),
    ]);
    return transitionIssue(issue.key, transition.id, Object.fromEntries(fields));
  });
  const { fields, messages } = formErrors(
    moving.error,
    metas.map(([id]) => id),
  );
  return (
    <Modal opened onClose={close} title={transition.name}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          moving.mutate(undefined, { onSuccess: close });
        }}
      >
        <Stack gap="sm">
          <FormAlert messages={messages} error={moving.error} />
          {metas.map(([id, meta]) => (
            <FieldInput
              key={id}
              meta={meta}
              among={{ issueKey: issue.key }}
              value={values[id] ?? ''}
              onChange={(value) => setValues({ ...values, [id]: value })}
              error={fields[id]}
            />
          ))}
        </Stack>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={moving.isPending} data-autofocus>
            {transition.name}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
