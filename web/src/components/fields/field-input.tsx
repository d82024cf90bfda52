import { MultiSelect, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { FieldMeta } from '../../api/fields.ts';
import type { User } from '../../api/users.ts';
import { userId } from '../../api/users.ts';
import { inPlace } from '../in-place.ts';
import { UserSelect } from '../user-select.tsx';
import { choiceId, choiceLabel, type FieldInputValue, fieldKind } from './field-value.ts';

export interface FieldInputProps {
  meta: FieldMeta;
  value: FieldInputValue;
  onChange: (value: FieldInputValue) => void;
  /** Whom a person field offers. */
  among: { project?: string; issueKey?: string };
  error?: string | undefined;
  /** Inside a form the field's name stands above it; edited in place, it is already there. */
  bare?: boolean;
  autoFocus?: boolean;
}

/** The input for any field, from what createmeta or editmeta says of it. */
export function FieldInput({
  meta,
  value,
  onChange,
  among,
  error,
  bare = false,
  autoFocus = false,
}: FieldInputProps) {
  const kind = fieldKind(meta);
  const shared = {
    ...(bare ? { 'aria-label': meta.name } : { label: meta.name, withAsterisk: meta.required }),
    required: meta.required && !bare,
    error,
    autoFocus,
    comboboxProps: bare ? inPlace : undefined,
    'data-autofocus': autoFocus || undefined,
  };
  const { comboboxProps: _, ...plain } = shared;
  const text = typeof value === 'string' ? value : '';
  const list = Array.isArray(value) ? (value as string[]) : [];
  const type = nativeTypes[kind];

  switch (kind) {
    case 'text':
      return (
        <Textarea
          {...plain}
          autosize
          minRows={bare ? 6 : 5}
          maxRows={22}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'choice':
      return (
        <ChoiceInput
          {...shared}
          meta={meta}
          value={text}
          onChange={onChange}
          openAtOnce={bare && autoFocus}
        />
      );
    case 'choices':
      return (
        <MultiSelect
          {...shared}
          data={choicesOf(meta)}
          value={list}
          onChange={onChange}
          searchable
          placeholder={list.length === 0 ? 'Choose…' : ''}
          hidePickedOptions
          clearButtonProps={{ 'aria-label': `Clear ${meta.name}` }}
        />
      );
    case 'labels':
      return (
        <TagsInput
          {...shared}
          value={list}
          // Jira's labels hold no spaces: a space ends one, as in Jira itself.
          onChange={(labels) => onChange(labels.flatMap((label) => label.split(/\s+/)).filter(Boolean))}
          splitChars={[',', ' ']}
          placeholder={list.length === 0 ? 'Type a label and press Enter' : ''}
          clearButtonProps={{ 'aria-label': `Clear ${meta.name}` }}
        />
      );
    case 'user':
      return <UserSelect {...shared} among={among} value={value as User | null} onChange={onChange} />;
    case 'users':
      return <PeopleInput {...shared} value={(value as User[]) ?? []} onChange={onChange} among={among} />;
    default:
      return (
        <TextInput
          {...plain}
          type={type}
          step={kind === 'number' ? 'any' : undefined}
          placeholder={kind === 'issue' ? 'Issue key, for example QA-31' : undefined}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

const nativeTypes: Partial<Record<ReturnType<typeof fieldKind>, string>> = {
  number: 'number',
  date: 'date',
  datetime: 'datetime-local',
  url: 'url',
};

function choicesOf(meta: FieldMeta) {
  return (meta.allowedValues ?? [])
    .filter((choice) => !choice.disabled)
    .map((choice) => ({ value: choiceId(choice), label: choiceLabel(choice) }));
}

interface ChoiceInputProps {
  meta: FieldMeta;
  value: string;
  onChange: (id: string) => void;
  openAtOnce: boolean;
}

function ChoiceInput({ meta, value, onChange, openAtOnce, ...rest }: ChoiceInputProps) {
  const [opened, setOpened] = useState(false);
  // Not within the click that brought the input here: Mantine 9.7 closes the list again at once there.
  useEffect(() => {
    if (!openAtOnce) return;
    const timer = setTimeout(() => setOpened(true));
    return () => clearTimeout(timer);
  }, [openAtOnce]);
  return (
    <Select
      {...rest}
      data={choicesOf(meta)}
      value={value === '' ? null : value}
      onChange={(id) => onChange(id ?? '')}
      dropdownOpened={opened}
      onDropdownOpen={() => setOpened(true)}
      onDropdownClose={() => setOpened(false)}
      // An issue always has a priority; the others may be emptied.
      clearable={!meta.required && meta.schema.system !== 'priority'}
      allowDeselect={false}
      searchable={(meta.allowedValues?.length ?? 0) > 8}
      placeholder="Choose…"
      clearButtonProps={{ 'aria-label': `Clear ${meta.name}` }}
    />
  );
}

interface PeopleInputProps {
  value: User[];
  onChange: (people: User[]) => void;
  among: FieldInputProps['among'];
  error?: string | undefined;
  label?: string;
  'aria-label'?: string;
}

function PeopleInput({ value, onChange, among, ...rest }: PeopleInputProps) {
  return (
    <>
      <UserSelect
        {...rest}
        among={among}
        value={null}
        placeholder="Add a person"
        onChange={(user) => {
          if (user && !value.some((one) => userId(one) === userId(user))) onChange([...value, user]);
        }}
      />
      <TagsInput
        aria-label={`Chosen for ${rest.label ?? rest['aria-label'] ?? 'people'}`}
        value={value.map((user) => user.displayName)}
        onChange={(names) => onChange(value.filter((user) => names.includes(user.displayName)))}
        mt={4}
        acceptValueOnBlur={false}
        display={value.length === 0 ? 'none' : undefined}
      />
    </>
  );
}
