import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { inPlace } from '../../components/in-place.ts';
import type { AuditSearch } from '../../router.tsx';
import classes from './audit.module.css';
import { eventKinds } from './filters.ts';

const outcomes = [
  { value: '', label: 'Any' },
  { value: 'ok', label: 'Done' },
  { value: 'refused', label: 'Refused' },
];

export function FilterForm({ search, show }: { search: AuditSearch; show: (next: AuditSearch) => void }) {
  const [typed, setTyped] = useState(search);
  const bind = (name: keyof AuditSearch) => ({
    value: typed[name] ?? '',
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setTyped({ ...typed, [name]: event.currentTarget.value }),
  });
  // An event that a link names stays choosable.
  const kinds =
    typed.event === undefined || eventKinds.some(({ value }) => value === typed.event)
      ? eventKinds
      : [...eventKinds, { value: typed.event, label: typed.event }];
  return (
    <search>
      <form
        className={classes.filters}
        onSubmit={(event) => {
          event.preventDefault();
          show(filled(typed));
        }}
      >
        <Select
          label="What"
          data={[{ value: '', label: 'Everything' }, ...kinds]}
          value={typed.event ?? ''}
          onChange={(event) => show(filled({ ...typed, event: event ?? '' }))}
          allowDeselect={false}
          comboboxProps={inPlace}
        />
        <Select
          label="Outcome"
          data={outcomes}
          value={typed.outcome ?? ''}
          onChange={(outcome) => show(filled({ ...typed, outcome: outcome ?? '' }))}
          allowDeselect={false}
          comboboxProps={inPlace}
        />
        <TextInput label="Person" placeholder="User name" autoCapitalize="none" {...bind('user')} />
        <TextInput label="Address" placeholder="203.0.113.7" {...bind('address')} />
        <TextInput label="From" type="date" {...bind('from')} />
        <TextInput label="To" type="date" {...bind('to')} />
        <TextInput label="Request" placeholder="X-AREQUESTID" {...bind('requestId')} />
        <TextInput label="Words" placeholder="Anywhere in the record" {...bind('text')} />
        <Group gap="xs" className={classes.apply ?? ''}>
          <Button type="submit">Filter</Button>
          {Object.keys(search).length > 0 && (
            <Button variant="subtle" onClick={() => show({})}>
              Clear filters
            </Button>
          )}
        </Group>
      </form>
    </search>
  );
}

function filled(search: AuditSearch): AuditSearch {
  return Object.fromEntries(
    Object.entries(search)
      .map(([name, value]) => [name, value?.trim()])
      .filter(([, value]) => value !== '' && value !== undefined),
  );
}
