import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { statusesQuery } from '../../api/issues.ts';
import { projectsQuery } from '../../api/projects.ts';
import { CloseIcon, SearchIcon, TerminalIcon } from '../../components/icons.tsx';
import { inPlace } from '../../components/in-place.ts';
import { AssigneeFilter } from './assignee-filter.tsx';
import classes from './filter-bar.module.css';
import type { Filters } from './jql.ts';

interface FilterBarProps {
  filters: Filters;
  change: (change: Filters) => void;
  edit: () => void;
}

export function FilterBar({ filters, change, edit }: FilterBarProps) {
  const { data: projects = [] } = useQuery(projectsQuery);
  const { data: statuses = [] } = useQuery(statusesQuery);
  const projectChoices = projects.map(({ key, name }) => ({ value: key, label: `${name} (${key})` }));
  if (filters.project && !projects.some(({ key }) => key === filters.project)) {
    projectChoices.push({ value: filters.project, label: filters.project });
  }
  const statusNames = new Set(statuses.map(({ name }) => name));
  if (filters.status) statusNames.add(filters.status);
  const some = filters.project || filters.status || filters.assignee || filters.text;
  return (
    <search className={classes.bar} aria-label="Filter issues">
      <WordsFilter text={filters.text ?? ''} change={(text) => change({ text: text || undefined })} />
      <Select
        className={classes.choice}
        comboboxProps={inPlace}
        aria-label="Project"
        placeholder="Any project"
        data={projectChoices}
        value={filters.project ?? null}
        onChange={(project) => change({ project: project ?? undefined })}
        searchable={projects.length > 8}
        clearable
        clearButtonProps={{ 'aria-label': 'Any project' }}
      />
      <Select
        className={classes.choice}
        comboboxProps={inPlace}
        aria-label="Status"
        placeholder="Any status"
        data={[...statusNames]}
        value={filters.status ?? null}
        onChange={(status) => change({ status: status ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': 'Any status' }}
      />
      <AssigneeFilter
        className={classes.choice}
        project={filters.project}
        value={filters.assignee}
        change={(assignee) => change({ assignee })}
      />
      {some && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<CloseIcon size={14} />}
          onClick={() =>
            change({ project: undefined, status: undefined, assignee: undefined, text: undefined })
          }
        >
          Clear
        </Button>
      )}
      <Button
        variant="subtle"
        color="gray"
        className={classes.edit}
        leftSection={<TerminalIcon />}
        onClick={edit}
      >
        Edit as JQL
      </Button>
    </search>
  );
}

/** Searches while one types, a moment after the last key. */
function WordsFilter({ text, change }: { text: string; change: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const changeSoon = useDebouncedCallback(change, 350);
  return (
    <TextInput
      className={classes.words}
      type="search"
      aria-label="Words in the issue"
      placeholder="Words in the issue"
      leftSection={<SearchIcon />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        changeSoon(event.currentTarget.value.trim());
      }}
    />
  );
}
