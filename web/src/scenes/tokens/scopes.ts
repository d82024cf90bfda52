import type { TokenLimits } from '../../api/tokens.ts';

/** Scopes by Atlassian's names, and what they are to people. */
export const scopeTexts: Readonly<Record<string, string>> = {
  'read:jira-work': 'See projects and issues, search, read comments',
  'write:jira-work': 'Create, edit, move and delete issues and comments',
  'write:comment:jira': 'Add, edit and delete comments',
  'read:jira-user': 'See people, groups and who it acts as',
  'manage:jira-project': 'Administer projects that you administer',
  'manage:jira-configuration': 'Administer the site, if you may',
  'manage:jira-webhook': 'Manage webhooks',
};

const reading = ['read:jira-work', 'read:jira-user'];

/** What most tokens are for. */
export const presets = [
  { value: 'everything', label: 'Everything I may', scopes: null },
  { value: 'read', label: 'Read only', scopes: reading },
  { value: 'comment', label: 'Read and comment', scopes: [...reading, 'write:comment:jira'] },
  { value: 'project', label: 'Everything I may, in one project', scopes: null },
  { value: 'custom', label: 'Choose scopes…', scopes: null },
] as const;

export type Preset = (typeof presets)[number]['value'];

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word) => other.includes(word));

/** One phrase for each thing that a token is held to; none: it may do everything its owner may. */
export function limitPhrases({ scopes, projects, addresses }: TokenLimits): string[] {
  const preset = scopes && presets.find((one) => one.scopes !== null && same(one.scopes, scopes));
  return [
    scopes && (preset?.label ?? scopes.join(', ')),
    projects && `only ${projects.map(({ key, id }) => key ?? `project ${id}`).join(', ')}`,
    addresses && `only from ${addresses.join(', ')}`,
  ].filter((phrase) => phrase !== null);
}
