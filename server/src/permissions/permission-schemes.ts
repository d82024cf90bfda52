import { type Asker, type AuditChange, changesBetween } from '../audit/audit.ts';
import { auditedChange, type Subject } from '../audit/audited-change.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../db/constraint-errors.ts';
import { builtIn } from '../db/migrations/fresh-site.ts';
import type { Db } from '../db/tables.ts';
import { BadRequest, NotFound } from '../errors.ts';
import { decimalId } from '../lib/decimal-id.ts';
import type { Site } from '../site.ts';
import { requireAdministrator } from './administrators.ts';
import {
  deleteGrants,
  deleteScheme,
  type Grant,
  insertGrants,
  insertScheme,
  listSchemes,
  type PermissionScheme,
  type StoredGrant,
  updateScheme,
} from './permission-scheme-store.ts';

export type { Grant, PermissionScheme, StoredGrant } from './permission-scheme-store.ts';

/** A scheme as it is to become; what is undefined stays as it is. */
export interface SchemeInput {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly grants?: readonly Grant[] | undefined;
}

/** Asks nobody's permission: who may see schemes depends on projects too (projects/permission-views.ts). */
export async function getScheme(db: Db, idText: string): Promise<PermissionScheme> {
  const id = decimalId(idText);
  const [scheme] = id === undefined ? [] : await listSchemes(db, id);
  if (scheme === undefined) throw new NotFound(`The permission scheme with id '${idText}' does not exist.`);
  return scheme;
}

export function getGrant(scheme: PermissionScheme, idText: string): StoredGrant {
  const id = decimalId(idText);
  const grant = scheme.grants.find((one) => one.id === id);
  if (grant === undefined) {
    throw new NotFound(`The permission scheme has no permission grant with id '${idText}'.`);
  }
  return grant;
}

export async function createScheme(site: Site, asker: Asker, input: SchemeInput): Promise<PermissionScheme> {
  await requireAdministrator(site, asker.actor);
  const name = checkedName(input.name ?? '');
  const grants = withoutDuplicates(input.grants ?? []);
  const create = async (trx: Db) => {
    const id = await insertScheme(trx, name, checkedDescription(input.description ?? ''));
    await insertGrants(trx, id, grants);
    return getScheme(trx, String(id));
  };
  return changing(site, asker, 'permission-scheme.created', { id: undefined, name }, create, (scheme) => ({
    subjectId: scheme.id,
    detail: { grants: grants.map(grantText) },
  }));
}

export async function editScheme(
  site: Site,
  asker: Asker,
  idText: string,
  input: SchemeInput,
): Promise<PermissionScheme> {
  await requireAdministrator(site, asker.actor);
  const before = await getScheme(site.db, idText);
  const { id } = before;
  const changes = {
    name: input.name === undefined ? undefined : checkedName(input.name),
    description: input.description === undefined ? undefined : checkedDescription(input.description),
  };
  const edit = async (trx: Db) => {
    if (changes.name !== undefined || changes.description !== undefined) await updateScheme(trx, id, changes);
    if (input.grants !== undefined) {
      await deleteGrants(trx, id);
      await insertGrants(trx, id, withoutDuplicates(input.grants));
    }
    return getScheme(trx, idText);
  };
  return changing(site, asker, 'permission-scheme.changed', before, edit, (after) => ({
    changes: [...changesBetween(before, after, ['name', 'description']), ...grantChanges(before, after)],
  }));
}

export async function removeScheme(site: Site, asker: Asker, idText: string): Promise<void> {
  await requireAdministrator(site, asker.actor);
  const scheme = await getScheme(site.db, idText);
  const { id } = scheme;
  if (id === builtIn.permissionSchemes.default) {
    throw new BadRequest('The default permission scheme cannot be deleted.');
  }
  try {
    await changing(site, asker, 'permission-scheme.deleted', scheme, (trx) => deleteScheme(trx, id));
  } catch (cause) {
    if (!isForeignKeyViolation(cause)) throw cause;
    throw new BadRequest({
      messages: ['The permission scheme is used by projects and cannot be deleted.'],
      cause,
    });
  }
}

/** Adds a grant; one that is there already is answered as it is. */
export async function addGrant(
  site: Site,
  asker: Asker,
  schemeIdText: string,
  grant: Grant,
): Promise<StoredGrant> {
  await requireAdministrator(site, asker.actor);
  const scheme = await getScheme(site.db, schemeIdText);
  const add = async (trx: Db) => {
    const { grants } = await getScheme(trx, schemeIdText);
    const known = grants.find((one) => same(one, grant));
    return known ?? (await insertGrants(trx, scheme.id, [grant]))[0]!;
  };
  return changing(site, asker, 'permission-scheme.changed', scheme, add, () => ({
    changes: [{ field: 'grant', from: null, to: grantText(grant) }],
  }));
}

export async function removeGrant(
  site: Site,
  asker: Asker,
  schemeIdText: string,
  grantIdText: string,
): Promise<void> {
  await requireAdministrator(site, asker.actor);
  const scheme = await getScheme(site.db, schemeIdText);
  const grant = getGrant(scheme, grantIdText);
  await changing(
    site,
    asker,
    'permission-scheme.changed',
    scheme,
    (trx) => deleteGrants(trx, scheme.id, grant.id),
    () => ({ changes: [{ field: 'grant', from: grantText(grant), to: null }] }),
  );
}

async function changing<T>(
  site: Site,
  asker: Asker,
  event: string,
  { id, name }: { readonly id: number | undefined; readonly name: string },
  change: (trx: Db) => Promise<T>,
  more?: (result: T) => Subject,
): Promise<T> {
  const subject = { subject: name, subjectType: 'permission-scheme', subjectId: id };
  try {
    return await auditedChange(site, asker, event, subject, change, more);
  } catch (cause) {
    if (!isUniqueViolation(cause, 'permission_schemes.name_folded')) throw cause;
    throw new BadRequest({ fields: { name: 'A permission scheme with that name already exists.' }, cause });
  }
}

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new BadRequest({ fields: { name: 'You must specify a name.' } });
  if (trimmed.length > 255) {
    throw new BadRequest({ fields: { name: 'The name must not exceed 255 characters in length.' } });
  }
  return trimmed;
}

function checkedDescription(description: string): string {
  if (description.length <= 10_000) return description;
  throw new BadRequest({
    fields: { description: 'The description must not exceed 10000 characters in length.' },
  });
}

/** `BROWSE_PROJECTS: group 10001` */
const grantText = ({ permission, holderType, holderId }: Grant): string =>
  `${permission}: ${holderType}${holderId === null ? '' : ` ${holderId}`}`;

function grantChanges(before: PermissionScheme, after: PermissionScheme): AuditChange[] {
  const had = new Set(before.grants.map(grantText));
  const has = new Set(after.grants.map(grantText));
  return [
    ...[...had.difference(has)].map((from) => ({ field: 'grant', from, to: null })),
    ...[...has.difference(had)].map((to) => ({ field: 'grant', from: null, to })),
  ];
}

const same = (a: Grant, b: Grant) =>
  a.permission === b.permission && a.holderType === b.holderType && a.holderId === b.holderId;

function withoutDuplicates(grants: readonly Grant[]): Grant[] {
  return [
    ...new Map(
      grants.map((grant) => [`${grant.permission} ${grant.holderType} ${grant.holderId}`, grant]),
    ).values(),
  ];
}
