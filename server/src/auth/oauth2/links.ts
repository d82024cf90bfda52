import { changesBetween } from '../../audit/audit.ts';
import { auditedChange } from '../../audit/audited-change.ts';
import { BadRequest, NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { isLoopback } from '../../lib/loopback.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { requireAdministrator, requireMayChangeUser } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { findUser } from '../../users/user-store.ts';
import { requireMayDecide } from '../single-sign-on/providers.ts';
import {
  deleteLink,
  findLink,
  type GrantKind,
  grantKinds,
  insertLink,
  type Link,
  listLinks,
  setLinkSecret,
  updateLink,
} from './link-store.ts';
import { linkScopes } from './oauth2-scopes.ts';
import { makeKey, replaceKey } from './signing-keys.ts';

type Administrator = Pick<Call, 'actor' | 'identity' | 'source'>;

export interface LinkInput {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly grants: readonly GrantKind[];
  /** User name of the account that it acts as when it asks for itself. */
  readonly actsAs?: string | null | undefined;
}

export async function viewLinks(site: Site, asker: Administrator): Promise<Link[]> {
  await requireAdministrator(site, asker.actor);
  return listLinks(site.db);
}

export async function viewLink(site: Site, asker: Administrator, id: number): Promise<Link> {
  await requireAdministrator(site, asker.actor);
  return getLink(site, id);
}

/** The secret is in this answer and never again; its hash alone is stored. */
export async function makeLink(
  site: Site,
  asker: Administrator,
  input: LinkInput & { readonly confidential: boolean },
): Promise<{ link: Link; secret: string | null }> {
  const values = await checked(site, asker, input, input.confidential);
  const secret = input.confidential ? makeSecret('tsk') : null;
  const link = await auditedChange(
    site,
    asker,
    'incoming-link.created',
    { subject: values.name, subjectType: 'incoming-link', changes: changesBetween(nothing, values, fields) },
    (trx) =>
      insertLink(trx, {
        ...values,
        clientId: makeClientId(),
        secretHash: secret === null ? null : sha256(secret),
        createdAt: site.clock.now(),
      }),
    ({ id }) => ({ subjectId: id }),
  );
  return { link, secret };
}

export async function changeLink(
  site: Site,
  asker: Administrator,
  id: number,
  input: LinkInput,
): Promise<Link> {
  await requireMayDecide(site, asker);
  const before = await getLink(site, id);
  const values = await checked(site, asker, input, before.secretHash !== null);
  return auditedChange(
    site,
    asker,
    'incoming-link.changed',
    {
      subject: values.name,
      subjectType: 'incoming-link',
      subjectId: id,
      changes: changesBetween(before, values, fields),
    },
    async (trx) => {
      const link = await updateLink(trx, id, values);
      if (link === undefined) throw noSuchLink(id);
      return link;
    },
  );
}

/** The earlier secret counts no more; tokens live on. */
export async function rotateLinkSecret(site: Site, asker: Administrator, id: number): Promise<string> {
  await requireMayDecide(site, asker);
  const link = await getLink(site, id);
  if (link.secretHash === null) throw new BadRequest('A public application has no secret.');
  const secret = makeSecret('tsk');
  await auditedChange(
    site,
    asker,
    'incoming-link.secret-rotated',
    { subject: link.name, subjectType: 'incoming-link', subjectId: id },
    (trx) => setLinkSecret(trx, id, sha256(secret)),
  );
  return secret;
}

/** With all that people granted to it: its tokens open nothing from the next request on. */
export async function removeLink(site: Site, asker: Administrator, id: number): Promise<void> {
  await requireMayDecide(site, asker);
  const { name } = await getLink(site, id);
  await auditedChange(
    site,
    asker,
    'incoming-link.deleted',
    { subject: name, subjectType: 'incoming-link', subjectId: id },
    async (trx) => {
      if (!(await deleteLink(trx, id))) throw noSuchLink(id);
    },
  );
}

/** A new key signs ID tokens from now on; the one before it is published for a day yet, so no sign-in fails. */
export async function rotateSigningKey(site: Site, asker: Administrator): Promise<void> {
  await requireMayDecide(site, asker);
  const store = await makeKey(site);
  await auditedChange(site, asker, 'oauth2-key.rotated', 'OpenID Connect', (trx) => replaceKey(trx, store));
}

async function getLink(site: Site, id: number): Promise<Link> {
  const link = await findLink(site.db, id);
  if (link === undefined) throw noSuchLink(id);
  return link;
}

const noSuchLink = (id: number): NotFound => new NotFound(`There is no incoming link with the id ${id}.`);

type Values = Pick<Link, 'name' | 'redirectUris' | 'scopes' | 'grants' | 'actsAs'>;
const fields = ['name', 'redirectUris', 'scopes', 'grants', 'actsAs'] as const;
const nothing: Values = { name: '', redirectUris: [], scopes: [], grants: [], actsAs: null };

const makeClientId = (): string => crypto.randomUUID().replaceAll('-', '');

/** All that is wrong at once. */
async function checked(
  site: Site,
  asker: Administrator,
  input: LinkInput,
  confidential: boolean,
): Promise<Values> {
  const grants = await requireMayDecide(site, asker);
  const wrong: Record<string, string> = {};
  const name = input.name.trim();
  if (name === '') wrong.name = 'Say which application it is: people read it when they are asked.';
  const redirectUris = [...new Set(input.redirectUris)];
  const badUri = redirectUris.find((uri) => !isRedirectUri(uri));
  if (badUri !== undefined) {
    wrong.redirectUris = `Not an https address, or an http one of this computer (127.0.0.1, localhost), without wildcards or fragment: ${badUri}`;
  }
  const byCode = input.grants.includes('authorization_code');
  if (byCode && redirectUris.length === 0) wrong.redirectUris = 'Name the address that people come back to.';
  const unknown = input.scopes.find((scope) => !linkScopes.some((one) => one.scope === scope));
  if (unknown !== undefined) wrong.scopes = `There is no scope ${unknown}.`;
  if (input.grants.length === 0) wrong.grants = 'Choose at least one way to ask for access.';
  let actsAs: number | null = null;
  if (input.grants.includes('client_credentials')) {
    const user = input.actsAs ? await findUser(site.db, { name: input.actsAs }) : undefined;
    if (!confidential) wrong.grants = 'A public application cannot ask for itself: it has no secret.';
    if (user === undefined) wrong.actsAs = 'Name the account that it acts as.';
    else {
      // Whoever sets this may use the account's rights.
      await requireMayChangeUser(site, asker.actor, grants, user.id);
      actsAs = user.id;
    }
  }
  if (Object.keys(wrong).length > 0) throw new BadRequest({ fields: wrong });
  const ordered = linkScopes.map(({ scope }) => scope).filter((scope) => input.scopes.includes(scope));
  return {
    name,
    redirectUris,
    scopes: ordered,
    grants: grantKinds.filter((one) => input.grants.includes(one)),
    actsAs,
  };
}

/** Compared character by character later, so nothing that two readers could take for different addresses. */
function isRedirectUri(text: string): boolean {
  if (text.length > 2000 || !/^https?:\/\/[\x21-\x7e]+$/.test(text) || /[*#\\]/.test(text)) return false;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || isLoopback(hostname);
}
