import { Checkbox, MultiSelect, Select, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { projectsQuery } from '../../api/projects.ts';
import { type Preset, presets, scopeTexts } from './scopes.ts';
import classes from './tokens.module.css';

/** As chosen; a token's limits are made of it when it is sent. */
export interface LimitChoice {
  preset: Preset;
  scopes: string[];
  /** Keys. */
  projects: string[];
  /** As typed: separated by commas, spaces or lines. */
  addresses: string;
}

export const noLimitChoice: LimitChoice = { preset: 'everything', scopes: [], projects: [], addresses: '' };

interface LimitFieldsProps {
  choice: LimitChoice;
  change: (choice: LimitChoice) => void;
  errors: Readonly<Record<string, string>>;
}

/** What a token may do, where, and from where. */
export function LimitFields({ choice, change, errors }: LimitFieldsProps) {
  const { data: projects = [] } = useQuery(projectsQuery);
  const set = (part: Partial<LimitChoice>) => change({ ...choice, ...part });
  return (
    <>
      <Select
        label="What it may do"
        data={presets.map(({ value, label }) => ({ value, label }))}
        value={choice.preset}
        onChange={(value) => set({ preset: (value ?? 'everything') as Preset })}
        allowDeselect={false}
        error={choice.preset === 'custom' ? undefined : errors.scopes}
      />
      {choice.preset === 'custom' && (
        <Checkbox.Group
          label="Scopes"
          value={choice.scopes}
          onChange={(scopes) => set({ scopes })}
          error={errors.scopes}
        >
          <div className={classes.scopes}>
            {Object.entries(scopeTexts).map(([scope, text]) => (
              <Checkbox key={scope} value={scope} label={text} description={scope} />
            ))}
          </div>
        </Checkbox.Group>
      )}
      {choice.preset === 'project' && (
        <Select
          label="Project"
          placeholder="Choose…"
          data={projects.map(({ key, name }) => ({ value: key, label: `${name} (${key})` }))}
          value={choice.projects[0] ?? null}
          onChange={(key) => set({ projects: key === null ? [] : [key] })}
          searchable
          required
          withAsterisk={false}
          error={errors.projects}
        />
      )}
      <details className={classes.more} open={errors.addresses !== undefined || undefined}>
        <summary>More limits</summary>
        <div className={classes.steps}>
          {choice.preset !== 'project' && (
            <MultiSelect
              label="Only in these projects"
              description="Left empty: in all that you can see."
              placeholder={choice.projects.length === 0 ? 'Choose…' : ''}
              data={projects.map(({ key, name }) => ({ value: key, label: `${name} (${key})` }))}
              value={choice.projects}
              onChange={(keys) => set({ projects: keys })}
              searchable
              hidePickedOptions
              clearButtonProps={{ 'aria-label': 'Clear projects' }}
              error={errors.projects}
            />
          )}
          <Textarea
            label="Only from these addresses"
            description="Addresses and ranges such as 192.0.2.0/24, one on each line. Left empty: from anywhere."
            placeholder="192.0.2.0/24"
            autosize
            minRows={1}
            maxRows={6}
            value={choice.addresses}
            onChange={(event) => set({ addresses: event.currentTarget.value })}
            error={errors.addresses}
          />
        </div>
      </details>
    </>
  );
}

/** As the server takes it. */
export function limitsOf({ preset, scopes, projects, addresses }: LimitChoice) {
  const listed = addresses.split(/[\s,]+/).filter((word) => word !== '');
  const of = presets.find(({ value }) => value === preset);
  return {
    scopes: preset === 'custom' ? scopes : of?.scopes === null || of === undefined ? null : [...of.scopes],
    projects: projects.length === 0 && preset !== 'project' ? null : projects,
    addresses: listed.length === 0 ? null : listed,
  };
}
