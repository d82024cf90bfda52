import type { Asker } from '../audit/audit.ts';
import { auditedChange } from '../audit/audited-change.ts';
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
  return changing(site, asker, 'permission-scheme.created', name, async (trx) => {
    const id = await insertScheme(trx, name, checkedDescription(input.description ?? ''));
    await insertGrants(trx, id, withoutDuplicates(input.grants ?? []));
    return getScheme(trx, String(id));
  });
}

export async function editScheme(
  site: Site,
  asker: Asker,
  idText: string,
  input: SchemeInput,
): Promise<PermissionScheme> {
  await requireAdministrator(site, asker.actor);
  const { id, name } = await getScheme(site.db, idText);
  const changes = {
    name: input.name === undefined ? undefined : checkedName(input.name),
    description: input.description === undefined ? undefined : checkedDescription(input.description),
  };
  return changing(site, asker, 'permission-scheme.changed', name, async (trx) => {
    if (changes.name !== undefined || changes.description !== undefined) await updateScheme(trx, id, changes);
    if (input.grants !== undefined) {
      await deleteGrants(trx, id);
      await insertGrants(trx, id, withoutDuplicates(input.grants));
    }
    return getScheme(trx, idText);
  });
}

export async function removeScheme(site: Site, asker: Asker, idText: string): Promise<void> {
  await requireAdministrator(site, asker.actor);
  const { id, name } = await getScheme(site.db, idText);
  if (id === builtIn.permissionSchemes.default) {
    throw new BadRequest('The default permission scheme cannot be deleted.');
  }
  try {
    await changing(site, asker, 'permission-scheme.deleted', name, (trx) => deleteScheme(trx, id));
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
  const { id, name } = await getScheme(site.db, schemeIdText);
  return changing(site, asker, 'permission-scheme.changed', name, async (trx) => {
    const { grants } = await getScheme(trx, schemeIdText);
    const known = grants.find((one) => same(one, grant));
    return known ?? (await insertGrants(trx, id, [grant]))[0]!;
  });
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
  await changing(site, asker, 'permission-scheme.changed', scheme.name, (trx) =>
    deleteGrants(trx, scheme.id, grant.id),
  );
}

async function changing<T>(
  site: Site,
  asker: Asker,
  event: string,
  subject: string,
  change: (trx: Db) => Promise<T>,
): Promise<T> {
  try {
    return await auditedChange(site, asker, event, subject, change);
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

const same = (a: Grant, b: Grant) =>
  a.permission === b.permission && a.holderType === b.holderType && a.holderId === b.holderId;

function withoutDuplicates(grants: readonly Grant[]): Grant[] {
  return [
    ...new Map(
      grants.map((grant) => [`${grant.permission} ${grant.holderType} ${grant.holderId}`, grant]),
    ).values(),
  ];
}
