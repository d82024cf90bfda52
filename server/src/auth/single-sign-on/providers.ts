import { type Asker, audit, changesBetween } from '../../audit/audit.ts';
import { isUniqueViolation } from '../../db/constraint-errors.ts';
import { bumpRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { validator } from '../../http/validation.ts';
import { fold } from '../../lib/fold.ts';
import { requireAdministrator, requireMayChangeGroup } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { groupsByName } from '../../users/group-store.ts';
import { refuseTokens } from '../passwords/own-password.ts';
import {
  type AccountRules,
  defaultAccountRules,
  isUnfinished,
  type Provider,
  type ProviderKind,
} from './provider.ts';
import { type KindOfProvider, providerKinds } from './provider-kinds.ts';
import {
  deleteProvider,
  domainsOfOthers,
  insertProvider,
  type ProviderValues,
  providersAt,
  updateProvider,
  updateSealed,
} from './provider-store.ts';

export interface ProviderInput {
  readonly name: string;
  readonly enabled?: boolean | undefined;
  readonly position?: number | undefined;
  readonly accountRules?: Partial<AccountRules> | undefined;
  readonly requiredDomains?: readonly string[] | undefined;
  /** With secrets; a secret that is left out stays as it was. Empty: not set up yet, which only one switched off may be. */
  readonly settings: Readonly<Record<string, unknown>>;
}

type Administrator = Pick<Call, 'actor' | 'identity' | 'source'>;

/** Whoever may decide who signs in may become anybody: a session of an administrator, never a token. */
export async function requireMayDecide(site: Site, asker: Administrator) {
  const grants = await requireAdministrator(site, asker.actor);
  refuseTokens(asker.identity, 'change how people sign in');
  return grants;
}

export async function listProviders(site: Site, asker: Administrator): Promise<readonly Provider[]> {
  await requireAdministrator(site, asker.actor);
  return providersAt(site.db, asker.actor.revision);
}

export async function getProvider(site: Site, asker: Administrator, id: number): Promise<Provider> {
  const found = (await listProviders(site, asker)).find((one) => one.id === id);
  if (found === undefined) throw new NotFound(`There is no identity provider with the id ${id}.`);
  return found;
}

export async function createProvider(
  site: Site,
  asker: Administrator,
  kind: ProviderKind,
  input: ProviderInput,
): Promise<Provider> {
  await requireMayDecide(site, asker);
  const { values, secrets } = await checked(site, asker, kind, input, undefined);
  const prepared = await providerKinds[kind]?.prepare?.(site);
  if (secrets !== undefined) await site.sealer.ready();
  return save(site, async (trx) => {
    const id = await insertProvider(trx, values, site.clock.now());
    if (secrets !== undefined) await updateSealed(trx, id, await sealed(site, id, secrets));
    await prepared?.(trx, id);
    await auditProvider(site, trx, asker, 'identity-provider.created', id, undefined, values);
    return id;
  });
}

export async function editProvider(
  site: Site,
  asker: Administrator,
  id: number,
  input: ProviderInput,
): Promise<Provider> {
  await requireMayDecide(site, asker);
  const before = await getProvider(site, asker, id);
  const { values, secrets } = await checked(site, asker, before.kind, input, before);
  const gone = secrets !== undefined && Object.keys(secrets).length === 0;
  const newlySealed = secrets === undefined ? before.sealed : gone ? null : await sealed(site, id, secrets);
  return save(site, async (trx) => {
    const after = { ...values, sealed: newlySealed };
    if (!(await updateProvider(trx, id, after, site.clock.now()))) {
      throw new NotFound(`There is no identity provider with the id ${id}.`);
    }
    await auditProvider(site, trx, asker, 'identity-provider.changed', id, before, after);
    return id;
  });
}

/** Who signed in through it alone cannot any more; their accounts stay. */
export async function removeProvider(site: Site, asker: Administrator, id: number): Promise<void> {
  await requireMayDecide(site, asker);
  const before = await getProvider(site, asker, id);
  await inTransaction(site.db, async (trx) => {
    await bumpRevision(trx);
    await deleteProvider(trx, id);
    await audit(trx, site.clock, {
      event: 'identity-provider.deleted',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: before.name,
      subjectType: 'identity-provider',
      subjectId: id,
    });
  });
}

const purposeOf = (id: number) => `identity-provider:${id}`;

const sealed = (site: Site, id: number, secrets: Readonly<Record<string, string>>): Promise<string> =>
  site.sealer.seal(purposeOf(id), JSON.stringify(secrets));

/** The provider's settings with its secrets, for talking to it. */
export async function settingsWithSecrets<T>(site: Site, provider: Provider): Promise<T> {
  return { ...provider.settings, ...(await secretsOf(site, provider)) } as T;
}

async function save(site: Site, change: (trx: Site['db']) => Promise<number>): Promise<Provider> {
  try {
    return await inTransaction(site.db, async (trx) => {
      const revision = await bumpRevision(trx);
      const id = await change(trx);
      return (await providersAt(trx, revision)).find((one) => one.id === id)!;
    });
  } catch (cause) {
    if (isUniqueViolation(cause, 'identity_providers.name_folded')) {
      throw new BadRequest({ fields: { name: 'Another provider has this name.' }, cause });
    }
    if (isUniqueViolation(cause, 'required_domains.domain')) {
      throw new BadRequest({ fields: { requiredDomains: 'Another provider requires one of these.' }, cause });
    }
    throw cause;
  }
}

interface Checked {
  readonly values: ProviderValues;
  /** All secrets, old and new; undefined: none changes. */
  readonly secrets: Readonly<Record<string, string>> | undefined;
}

async function checked(
  site: Site,
  asker: Administrator,
  kind: ProviderKind,
  input: ProviderInput,
  before: Provider | undefined,
): Promise<Checked> {
  const spec = providerKinds[kind];
  if (spec === undefined) throw new BadRequest({ fields: { kind: `There is no kind '${kind}'.` } });
  const stay =
    before !== undefined && spec.secretsGoTo?.(before.settings) === spec.secretsGoTo?.(input.settings);
  const known = stay ? await secretsOf(site, before) : {};
  const enabled = input.enabled ?? before?.enabled ?? false;
  const accountRules = { ...(before?.accountRules ?? defaultAccountRules), ...input.accountRules };
  const requiredDomains = (input.requiredDomains ?? before?.requiredDomains ?? []).map(fold);
  const fields: Record<string, string> = {
    ...(!enabled && isUnfinished(input)
      ? {}
      : settingsFaults(spec, input.settings, new Set(Object.keys(known)))),
    ...(await domainFaults(site, requiredDomains, before?.id)),
    ...(await groupFaults(site, asker, accountRules)),
  };
  if (input.name.trim() === '') fields.name = 'The provider must have a name: it is what the button says.';
  if (Object.keys(fields).length > 0) throw new BadRequest({ fields });
  const open = Object.entries(input.settings).filter(([name]) => !spec.secrets.includes(name));
  const given = Object.entries(input.settings).filter(([name]) => spec.secrets.includes(name));
  return {
    values: {
      kind,
      name: input.name.trim(),
      enabled,
      position: input.position ?? before?.position ?? 0,
      accountRules,
      requiredDomains,
      settings: Object.fromEntries(open),
      sealed: null,
    },
    secrets:
      given.length === 0 && (stay || before?.sealed == null)
        ? undefined
        : { ...known, ...(Object.fromEntries(given) as Record<string, string>) },
  };
}

async function secretsOf(site: Site, { id, sealed: text }: Provider): Promise<Record<string, string>> {
  return text === null ? {} : JSON.parse(await site.sealer.unseal(purposeOf(id), text));
}

function settingsFaults(
  { settings: schema, faults }: KindOfProvider,
  settings: Readonly<Record<string, unknown>>,
  kept: ReadonlySet<string>,
): Record<string, string> {
  let found: Readonly<Record<string, string>>;
  try {
    validator(schema, 'body')(settings);
    found = faults?.(settings, kept) ?? {};
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    found = error.fields;
  }
  return Object.fromEntries(Object.entries(found).map(([name, fault]) => [`settings.${name}`, fault]));
}

async function domainFaults(
  site: Site,
  domains: readonly string[],
  ownId: number | undefined,
): Promise<Record<string, string>> {
  const odd = domains.find((domain) => !/^[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(domain));
  if (odd !== undefined) {
    return { requiredDomains: `'${odd}' is no e-mail domain; one looks like example.com.` };
  }
  const taken = await domainsOfOthers(site.db, domains, ownId);
  return taken.length === 0
    ? {}
    : { requiredDomains: `Another provider requires ${taken.join(', ')} already.` };
}

/** Nobody gives by way of a provider what they may not give by hand. */
async function groupFaults(
  site: Site,
  asker: Administrator,
  { joins, groups }: AccountRules,
): Promise<Record<string, string>> {
  const names = [...joins, ...groups.map((one) => one.ours)];
  const found = await groupsByName(site.db, names);
  const missing = names.filter((name) => !found.has(fold(name)));
  if (missing.length > 0) return { accountRules: `There is no group named ${missing.join(', ')}.` };
  const grants = await requireAdministrator(site, asker.actor);
  for (const group of found.values()) await requireMayChangeGroup(site, asker.actor, grants, group.id);
  return {};
}

async function auditProvider(
  site: Site,
  trx: Site['db'],
  asker: Asker,
  event: string,
  id: number,
  before: Provider | undefined,
  after: ProviderValues,
): Promise<void> {
  const secretsChanged = before !== undefined && before.sealed !== after.sealed;
  await audit(trx, site.clock, {
    event,
    outcome: 'ok',
    asker,
    source: asker.source,
    subject: after.name,
    subjectType: 'identity-provider',
    subjectId: id,
    changes: changesBetween<Partial<ProviderValues>>(before ?? {}, after, [
      'name',
      'enabled',
      'position',
      'accountRules',
      'requiredDomains',
      'settings',
    ]),
    detail: { kind: after.kind, ...(secretsChanged ? { secretsChanged } : {}) },
  });
}
