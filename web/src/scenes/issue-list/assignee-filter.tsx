import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import { activeUsersQuery, assignableUsersQuery, type User, userId, userQuery } from '../../api/users.ts';
import { inPlace } from '../../components/in-place.ts';

interface AssigneeFilterProps {
  project: string | undefined;
  /** A user name, or one of the words 'me' and 'nobody'. */
  value: string | undefined;
  change: (value: string | undefined) => void;
  className: string | undefined;
}

export function AssigneeFilter({ project, value, change, className }: AssigneeFilterProps) {
  const { user } = useSession();
  const [search, setSearch] = useState('');
  const named = value !== undefined && value !== 'me' && value !== 'nobody' ? value : undefined;
  const { data: chosen } = useQuery({
    ...userQuery(named ?? ''),
    enabled: named !== undefined && user !== null,
  });

  const fixed = [...(user ? [{ value: 'me', label: 'Me' }] : []), { value: 'nobody', label: 'Unassigned' }];
  const chosenLabel = fixed.find((one) => one.value === value)?.label ?? chosen?.displayName ?? named ?? '';
  const [asked] = useDebouncedValue(search === chosenLabel ? '' : search.trim(), 200);
  const query = (project
    ? assignableUsersQuery({ project }, asked)
    : activeUsersQuery(asked)) as unknown as UseQueryOptions<User[], Error, User[], QueryKey>;
  // Who the people are is not for everybody to ask.
  const { data: found = [] } = useQuery({ ...query, enabled: user !== null });

  const people = new Map(found.map((person) => [userId(person), person.displayName]));
  if (named && !people.has(named) && asked === '') people.set(named, chosen?.displayName ?? named);
  return (
    <Select
      className={className}
      comboboxProps={inPlace}
      aria-label="Assignee"
      placeholder="Anybody"
      data={[...fixed, ...[...people].map(([id, label]) => ({ value: id, label }))]}
      value={value ?? null}
      onChange={(id) => change(id ?? undefined)}
      searchable={user !== null}
      onSearchChange={setSearch}
      filter={({ options, search: typed }) =>
        typed.trim() === '' || typed === chosenLabel
          ? options
          : options.filter(
              (option) => !('value' in option) || !fixed.some((one) => one.value === option.value),
            )
      }
      nothingFoundMessage="Nobody found"
      clearable
      clearButtonProps={{ 'aria-label': 'Anybody' }}
    />
  );
}
