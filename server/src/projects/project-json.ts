import type { AvatarUrls } from '../users/user-json.ts';
import { userJson } from '../users/user-json.ts';
import type { Wire } from '../wire.ts';
import { issueTypeJson, statusJson } from '../workflows/reference-json.ts';
import type { Project } from './project-cache.ts';
import type { IssueTypeStatuses, ProjectPage, ProjectView } from './project-views.ts';
import { roleAddress } from './role-json.ts';

/** A project as it stands inside an issue. */
export interface ProjectRefJson {
  readonly self: string;
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly projectTypeKey: string;
  readonly simplified: false;
  readonly avatarUrls: AvatarUrls;
}

export function projectRefJson(project: Project, wire: Wire): ProjectRefJson {
  return {
    self: projectSelf(project, wire),
    id: String(project.id),
    key: project.key,
    name: project.name,
    projectTypeKey: project.typeKey,
    simplified: false,
    avatarUrls: avatarUrls(project, wire),
  };
}

export function projectSelf(project: { readonly id: number }, { base }: Wire): string {
  return `${base}/rest/api/2/project/${project.id}`;
}

function avatarUrls(project: Project, { base }: Wire): AvatarUrls {
  const url = `${base}/secure/projectavatar?pid=${project.id}`;
  return {
    '48x48': url,
    '24x24': `${url}&size=small`,
    '16x16': `${url}&size=xsmall`,
    '32x32': `${url}&size=medium`,
  };
}

/** What `expand` may add to a project in a list. */
export type Expansion = 'description' | 'lead' | 'url' | 'projectKeys' | 'issueTypes';

export function projectJson(view: ProjectView, expand: ReadonlySet<string>, wire: Wire) {
  const { project, lead, issueTypes } = view;
  return {
    expand: 'description,lead,issueTypes,url,projectKeys',
    ...projectRefJson(project, wire),
    archived: false,
    style: 'classic',
    ...(expand.has('description') && { description: project.description }),
    ...(expand.has('lead') && lead && { lead: userJson(lead, wire) }),
    ...(expand.has('issueTypes') && { issueTypes: issueTypes.map((type) => issueTypeJson(type, wire.base)) }),
    ...(expand.has('url') && project.url !== '' && { url: project.url }),
    ...(expand.has('projectKeys') && { projectKeys: [project.key] }),
  };
}

const always: ReadonlySet<string> = new Set<Expansion>(['description', 'lead', 'url', 'issueTypes']);

/** A project on its own has everything, whatever `expand` says, but its former keys. */
export function fullProjectJson(view: ProjectView, expand: ReadonlySet<string>, wire: Wire) {
  const { project, roles } = view;
  return {
    ...projectJson(view, expand.has('projectKeys') ? new Set([...always, 'projectKeys']) : always, wire),
    components: [],
    versions: [],
    assigneeType: project.assigneeType,
    roles: Object.fromEntries(roles.map((role) => [role.name, roleAddress(project, role, wire)])),
    properties: {},
  };
}

export function projectPageJson(
  { page, total, values }: ProjectPage,
  expand: ReadonlySet<string>,
  wire: Wire,
) {
  const address = `${wire.base}/rest/api/2/project/search?maxResults=${page.maxResults}&startAt=`;
  const end = page.startAt + values.length;
  const isLast = end >= total;
  return {
    self: `${address}${page.startAt}`,
    ...(isLast || values.length === 0 ? {} : { nextPage: `${address}${end}` }),
    maxResults: page.maxResults,
    startAt: page.startAt,
    total,
    isLast,
    values: values.map((view) => projectJson(view, expand, wire)),
  };
}

export function issueTypeStatusesJson({ issueType, statuses }: IssueTypeStatuses, { base }: Wire) {
  const { self, id, name, subtask } = issueTypeJson(issueType, base);
  return { self, id, name, subtask, statuses: statuses.map((status) => statusJson(status, base)) };
}
