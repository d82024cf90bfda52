import type { Db } from '../db/tables.ts';
import { decimalId } from '../lib/decimal-id.ts';
import { listSchemes } from '../permissions/permission-scheme-store.ts';
import type { User } from '../users/user.ts';
import { findUser, usersByWord } from '../users/user-store.ts';
import { type Reference, referenceAt } from '../workflows/reference.ts';
import type { Project, Projects } from './project-cache.ts';

/** Ids come as numbers from most clients, as text from some. */
export type IdInput = number | string | null | undefined;

export interface ProjectInput {
  readonly key?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly lead?: string | undefined;
  readonly leadAccountId?: string | undefined;
  readonly assigneeType?: string | undefined;
  readonly projectTypeKey?: string | undefined;
  readonly projectTemplateKey?: string | null | undefined;
  readonly permissionScheme?: IdInput;
  readonly issueTypeScheme?: IdInput;
  readonly workflowScheme?: IdInput;
  readonly workflowSchemeId?: IdInput;
  /** Schemes and categories that this server has none of, so whose ids are all unknown. */
  readonly issueSecurityScheme?: IdInput;
  readonly notificationScheme?: IdInput;
  readonly categoryId?: IdInput;
  readonly issueTypeScreenScheme?: IdInput;
  readonly fieldConfigurationScheme?: IdInput;
}

/** Collects what is wrong, all fields at once, under Jira's names for them. */
export type FieldErrors = Record<string, string>;

export const projectTypes = [
  { key: 'business', formattedKey: 'Business', color: '#1f6b3a' },
  { key: 'software', formattedKey: 'Software', color: '#0b5cad' },
] as const;

const longestKey = 10;

/** Jira's default pattern for keys, and its sentences (bodies of Cloud's documentation). */
export function checkKey(errors: FieldErrors, key: string, projects: Projects): void {
  if (key === '') errors.projectKey = 'You must specify a valid project key.';
  else if (!/^[A-Z][A-Z0-9]+$/.test(key)) {
    errors.projectKey =
      'Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.';
  } else if (key.length > longestKey) {
    errors.projectKey = `The project key must not exceed ${longestKey} characters in length.`;
  } else {
    const holder = projects.byKey(key);
    if (holder !== undefined) errors.projectKey = keyTaken(holder.name);
  }
}

export const keyTaken = (name: string): string => `Project '${name}' uses this project key.`;
export const nameTaken = 'A project with that name already exists.';

export function checkName(errors: FieldErrors, name: string, projects: Projects, self?: Project): void {
  if (name === '') errors.projectName = 'You must specify a valid project name.';
  else if (name.length < 2) errors.projectName = 'The project name must have at least 2 characters.';
  else if (name.length > 80) errors.projectName = 'The project name must not exceed 80 characters in length.';
  else {
    const holder = projects.byName(name);
    if (holder !== undefined && holder.id !== self?.id) errors.projectName = nameTaken;
  }
}

export function checkTexts(errors: FieldErrors, input: ProjectInput): void {
  const { description, url, assigneeType } = input;
  if (description && description.length > 32_767) {
    errors.projectDescription = 'The description must not exceed 32767 characters in length.';
  }
  if (url && !(url.length <= 255 && /^https?:\/\/[^\s<>"]+$/i.test(url) && URL.canParse(url))) {
    errors.projectUrl = 'The URL specified is not valid - it must start with http:// or https://';
  }
  if (assigneeType !== undefined && assigneeType !== 'PROJECT_LEAD' && assigneeType !== 'UNASSIGNED') {
    errors.assigneeType = 'The assignee type must be PROJECT_LEAD or UNASSIGNED.';
  }
}

/** `lead` is a user name (or key) on Data Center, `leadAccountId` Cloud's. */
export async function checkLead(db: Db, errors: FieldErrors, input: ProjectInput): Promise<User | undefined> {
  const { lead, leadAccountId } = input;
  let user: User | undefined;
  if (leadAccountId !== undefined) user = await findUser(db, { accountId: leadAccountId });
  else if (lead !== undefined) user = (await usersByWord(db, [lead])).get(lead);
  if (user === undefined || !user.active) errors.projectLead = 'You must specify a valid project lead.';
  return user;
}

/** A template says its type by its prefix; clients of before Jira 7 send neither. */
export function checkType(errors: FieldErrors, input: ProjectInput): string {
  const template = input.projectTemplateKey ?? '';
  const type =
    input.projectTypeKey ?? (template.startsWith('com.atlassian.jira-core') ? 'business' : 'software');
  if (!projectTypes.some(({ key }) => key === type)) {
    errors.projectType = 'An invalid project type was specified. Make sure the project type is valid.';
  }
  return type;
}

export interface SchemeIds {
  readonly permissionSchemeId: number | undefined;
  readonly issueTypeSchemeId: number | undefined;
  readonly workflowSchemeId: number | undefined;
}

const idOf = (input: IdInput): number | undefined => decimalId(input == null ? undefined : String(input));
/** Clients send -1 for "none". */
const isGiven = (input: IdInput): boolean => input != null && String(input) !== '' && Number(input) !== -1;

export async function checkSchemes(
  db: Db,
  revision: number,
  errors: FieldErrors,
  input: ProjectInput,
): Promise<SchemeIds> {
  const unknown = (field: string, what: string, id: IdInput) => {
    errors[field] = `The ${what} with id '${id}' does not exist.`;
  };
  const reference = await referenceAt(db, revision);
  const known = (
    field: string,
    what: string,
    id: IdInput,
    schemes: Reference['workflowSchemes'] | Reference['issueTypeSchemes'],
  ) => {
    if (!isGiven(id)) return undefined;
    const scheme = schemes.byId(idOf(id) ?? -1);
    if (scheme === undefined) unknown(field, what, id);
    return scheme?.id;
  };
  for (const [field, what] of [
    ['issueSecurityScheme', 'issue security scheme'],
    ['notificationScheme', 'notification scheme'],
    ['categoryId', 'project category'],
    ['issueTypeScreenScheme', 'issue type screen scheme'],
    ['fieldConfigurationScheme', 'field configuration scheme'],
  ] as const) {
    if (isGiven(input[field])) unknown(field, what, input[field]);
  }
  const workflowScheme = input.workflowScheme ?? input.workflowSchemeId;
  return {
    permissionSchemeId: await checkPermissionScheme(db, errors, input.permissionScheme),
    issueTypeSchemeId: known(
      'issueTypeScheme',
      'issue type scheme',
      input.issueTypeScheme,
      reference.issueTypeSchemes,
    ),
    workflowSchemeId: known('workflowScheme', 'workflow scheme', workflowScheme, reference.workflowSchemes),
  };
}

async function checkPermissionScheme(
  db: Db,
  errors: FieldErrors,
  input: IdInput,
): Promise<number | undefined> {
  if (!isGiven(input)) return undefined;
  const id = idOf(input);
  const [scheme] = id === undefined ? [] : await listSchemes(db, id);
  if (scheme === undefined)
    errors.permissionScheme = `The permission scheme with id '${input}' does not exist.`;
  return scheme?.id;
}
