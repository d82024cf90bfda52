import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { activeUsersQuery, assignableUsersQuery, type User, userId } from '../api/users.ts';
import { Avatar } from './avatar.tsx';
import classes from './user-select.module.css';

interface UserSelectProps extends Pick<SelectProps, 'comboboxProps'> {
  /** Among whom: those the issue or project may be assigned to, or everybody active. */
  among: { project?: string; issueKey?: string } | 'everybody';
  value: User | null;
  onChange: (user: User | null) => void;
  label?: string;
  'aria-label'?: string;
  placeholder?: string;
  required?: boolean;
  clearable?: boolean;
  error?: React.ReactNode;
  autoFocus?: boolean;
  description?: string;
  size?: string;
  id?: string;
  'data-autofocus'?: boolean;
}

/** Finds a person by typing a part of a name; the server searches, so it works for any number of people. */
export function UserSelect({ among, value, onChange, clearable = true, ...rest }: UserSelectProps) {
  const [search, setSearch] = useState(value?.displayName ?? '');
  const typed = search === value?.displayName ? '' : search;
  const [asked] = useDebouncedValue(typed.trim(), 200);
  // Both queries answer with people; which one is a matter of where it is asked.
  const query = (among === 'everybody'
    ? activeUsersQuery(asked)
    : assignableUsersQuery(among, asked)) as unknown as UseQueryOptions<User[], Error, User[], QueryKey>;
  const { data: found = [], isFetching, isError } = useQuery(query);
  const people = new Map(found.map((user) => [userId(user), user]));
  if (value && !people.has(userId(value)) && typed === '') people.set(userId(value), value);
  return (
    <Select
      {...rest}
      searchable
      clearable={clearable}
      clearButtonProps={{ 'aria-label': 'Clear', tabIndex: 0 }}
      value={value ? userId(value) : null}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(id) => {
        const user = id === null ? null : (people.get(id) ?? null);
        setSearch(user?.displayName ?? '');
        onChange(user);
      }}
      data={[...people].map(([id, user]) => ({ value: id, label: user.displayName }))}
      filter={({ options }) => options}
      renderOption={({ option }) => <Option user={people.get(String(option.value))} />}
      nothingFoundMessage={isError ? 'The search failed' : isFetching ? 'Searching…' : 'Nobody found'}
      maxDropdownHeight={280}
    />
  );
}

function Option({ user }: { user: User | undefined }) {
  if (!user) return null;
  return (
    <span className={classes.option}>
      <Avatar user={user} size={22} />
      <span className={classes.names}>
        <span>{user.displayName}</span>
        {user.name && <span className={classes.name}>{user.name}</span>}
      </span>
    </span>
  );
}
