import { inTransaction } from '../db/transaction.ts';
import { BadRequest, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import type { Site } from '../site.ts';
import { isObject } from './fields/field.ts';
import { issueMissing, requireOnIssue, type SeenIssue, seeIssue } from './issue-access.ts';
import { holdIssue } from './issue-store.ts';
import {
  countProperties,
  deleteProperty,
  findProperty,
  listPropertyKeys,
  type Property,
  type PropertyInput,
  putProperty,
} from './property-store.ts';

const keyLimit = 255;
/** Jira's limit of a property's value, in bytes of JSON. */
const valueLimit = 32_768;
const propertiesLimit = 1000;

export async function viewPropertyKeys(
  site: Site,
  actor: Actor,
  idOrKey: string,
): Promise<{ readonly seen: SeenIssue; readonly keys: readonly string[] }> {
  const seen = await seeIssue(site, actor, idOrKey);
  return { seen, keys: await listPropertyKeys(site.db, 'issue', seen.issue.id) };
}

export async function viewProperty(
  site: Site,
  actor: Actor,
  idOrKey: string,
  key: string,
): Promise<Property> {
  const { issue } = await seeIssue(site, actor, idOrKey);
  const property = await findProperty(site.db, 'issue', issue.id, key);
  if (property === undefined) throw propertyMissing(key);
  return property;
}

/** True: the property is new. */
export async function setProperty(
  site: Site,
  actor: Actor,
  idOrKey: string,
  key: string,
  value: unknown,
): Promise<boolean> {
  const seen = await seeIssue(site, actor, idOrKey);
  await requireOnIssue(actor, seen, 'EDIT_ISSUES', mayNotEdit);
  const input = parseProperty(key, value);
  const { id } = seen.issue;
  if ((await countProperties(site.db, 'issue', id)) >= propertiesLimit) {
    throw new BadRequest(`An issue can have at most ${propertiesLimit} properties.`);
  }
  return inTransaction(site.db, async (trx) => {
    if (!(await holdIssue(trx, id))) throw issueMissing(actor);
    return putProperty(trx, 'issue', id, input);
  });
}

export async function removeProperty(site: Site, actor: Actor, idOrKey: string, key: string): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  await requireOnIssue(actor, seen, 'EDIT_ISSUES', mayNotEdit);
  if (!(await deleteProperty(site.db, 'issue', seen.issue.id, key))) throw propertyMissing(key);
}

export const mayNotEdit = 'You do not have permission to edit issues in this project.';

function propertyMissing(key: string): NotFound {
  return new NotFound(`The property with key '${key.slice(0, 255)}' does not exist.`);
}

function parseProperty(key: string, value: unknown): PropertyInput {
  if (key === '') throw new BadRequest('The property key must not be empty.');
  if (key.length > keyLimit) {
    throw new BadRequest(`The property key can have at most ${keyLimit} characters.`);
  }
  const json = JSON.stringify(value);
  if (json === undefined) throw new BadRequest('The property value must be JSON.');
  if (Buffer.byteLength(json) > valueLimit) {
    throw new BadRequest(
      `The property value is too long. It exceeds the allowed limit of ${valueLimit} bytes.`,
    );
  }
  return { key, json };
}

/** `properties: [{key, value}]` of an issue's or a comment's body. */
export function parseProperties(given: unknown): PropertyInput[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw new BadRequest({ fields: { properties: 'data was not an array' } });
  if (given.length > 100) throw new BadRequest('One request can set at most 100 properties.');
  return given.map((item) => {
    if (!isObject(item) || typeof item.key !== 'string' || item.value === undefined) {
      throw new BadRequest({ fields: { properties: "A property must have a 'key' and a 'value'." } });
    }
    return parseProperty(item.key, item.value);
  });
}
