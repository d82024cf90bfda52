import { AsyncLocalStorage } from 'node:async_hooks';
import type { Adapter, AdapterPayload, errors } from 'oidc-provider';
import type { Source } from '../../identity.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { findGrant, insertGrant, setGrantExpiry } from './grant-store.ts';
import { endGrant } from './grants.ts';
import {
  consumeItem,
  deleteExpired,
  deleteItem,
  findItem,
  findItemByUserCode,
  type Item,
  saveItem,
} from './item-store.ts';
import { findLinkByClientId, type GrantKind, type Link } from './link-store.ts';
import { askableScopes } from './oauth2-scopes.ts';

/** What the adapter must know of the request that oidc-provider works for. */
export interface Asked {
  readonly source: Source;
  /** The application asks for a revocation; else a grant ends because something was used twice. */
  readonly revokes: boolean;
  /** Of the authorisation request that a grant is made for. */
  readonly redirectUri: string | null;
}

export const asked = new AsyncLocalStorage<Asked>();

const dayMs = 86_400_000;
/** Of a refresh token that is not used; and of a grant, however often it is (Q4). */
export const refreshIdleMs = 90 * dayMs;
const longestGrantMs = 365 * dayMs;
/** A client that refreshes twice at once, or again because an answer was lost, is no thief (as in FAPI 2.0). */
const graceMs = 10_000;

const protocolGrants: Readonly<Record<GrantKind, string>> = {
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
  client_credentials: 'client_credentials',
};

/** The link as oidc-provider knows its clients. The secret is the hash: client-authentication.ts has checked the real one. */
const clientMetadata = (link: Link): AdapterPayload => ({
  client_id: link.clientId,
  client_name: link.name,
  redirect_uris: [...link.redirectUris],
  grant_types: link.grants.map((grant) => protocolGrants[grant]),
  response_types: link.grants.includes('authorization_code') ? ['code'] : [],
  scope: askableScopes(link.scopes).join(' '),
  ...(link.secretHash === null
    ? { token_endpoint_auth_method: 'none' }
    : { token_endpoint_auth_method: 'client_secret_post', client_secret: link.secretHash }),
});

/** oidc-provider reads the system's clock. What is stored goes by the site's, so times are moved on the way in and out. */
const times = ['iat', 'exp', 'iiat', 'authTime', 'loginTs', 'consumed'] as const;

function moved(payload: AdapterPayload, byMs: number): AdapterPayload {
  const seconds = Math.round(byMs / 1000);
  const copy = { ...payload } as Record<string, unknown>;
  for (const key of times) if (typeof copy[key] === 'number') copy[key] += seconds;
  return copy as AdapterPayload;
}

/** Found by the code for people, so its own name is not known: saved under its hash. Nobody is let in by a hash. */
const byHash = 'hash:';

type InvalidGrant = typeof errors.InvalidGrant;

/** Where oidc-provider keeps what it makes. Names of secrets are hashed here, so none is stored (Q5, H11). */
export function adapterOf(site: Site, InvalidGrant: InvalidGrant): (model: string) => Adapter {
  const { db, clock } = site;
  const ahead = () => clock.now() - Date.now();

  const payloadOf = (id: string, item: Pick<Item, 'payload' | 'expiresAt'>): AdapterPayload => ({
    ...moved(JSON.parse(item.payload), -ahead()),
    jti: id,
    exp: Math.floor((item.expiresAt - ahead()) / 1000),
  });

  const grants: Adapter = {
    ...nothing,
    async upsert(id, payload, expiresIn = 0) {
      const { jti: _, ...kept } = payload;
      const now = clock.now();
      await insertGrant(db, {
        grantKey: id,
        clientId: payload.clientId!,
        accountId: payload.accountId!,
        scopes: (payload as { openid?: { scope?: string } }).openid?.scope ?? '',
        redirectUri: asked.getStore()?.redirectUri ?? null,
        payload: JSON.stringify(moved(kept, ahead())),
        createdAt: now,
        expiresAt: now + expiresIn * 1000,
      });
    },
    async find(id) {
      const grant = await findGrant(db, id);
      if (grant === undefined || grant.expiresAt <= clock.now()) return undefined;
      return payloadOf(id, grant);
    },
    async destroy(id) {
      const { source, revokes } = asked.getStore()!;
      await endGrant(site, id, { source, why: revokes ? 'application' : 'reuse' });
    },
  };

  const clients: Adapter = {
    ...nothing,
    async find(id) {
      const link = await findLinkByClientId(db, id);
      return link && clientMetadata(link);
    },
  };

  const items = (model: string): Adapter => ({
    ...nothing,
    async upsert(id, payload, expiresIn = 0) {
      const { jti: _, ...kept } = payload;
      const expiresAt = await expiryOf(model, payload, expiresIn);
      // Anybody can begin one: those that are over make room.
      if (model === 'Interaction') await deleteExpired(db, clock.now(), 50);
      await saveItem(db, {
        kind: model,
        hash: id.startsWith(byHash) ? id.slice(byHash.length) : sha256(id),
        grantKey: payload.grantId ?? null,
        clientId: payload.clientId ?? (payload.params?.client_id as string),
        scopes: payload.scope ?? null,
        userCode: payload.userCode ?? null,
        payload: JSON.stringify(moved(kept, ahead())),
        expiresAt,
      });
    },
    async find(id) {
      const item = await findItem(db, model, sha256(id));
      if (item === undefined) return undefined;
      const now = clock.now();
      // Of a device code the client is told that it is over.
      if (item.expiresAt <= now && model !== 'DeviceCode') return undefined;
      const payload = payloadOf(id, item);
      const { consumedAt } = item;
      const excused = model === 'RefreshToken' && consumedAt !== null && now - consumedAt <= graceMs;
      if (consumedAt !== null && !excused) payload.consumed = Math.floor(consumedAt / 1000);
      return payload;
    },
    async findByUserCode(userCode) {
      const item = await findItemByUserCode(db, userCode);
      if (item === undefined || item.expiresAt <= clock.now()) return undefined;
      return payloadOf(byHash + item.hash, item);
    },
    async consume(id) {
      if (await consumeItem(db, model, sha256(id), clock.now())) return;
      // Another request was faster. For a refresh token that is excused, and the other one's tokens live on.
      if (model !== 'RefreshToken') {
        const item = await findItem(db, model, sha256(id));
        if (item?.grantKey) await grants.destroy(item.grantKey);
      }
      throw new InvalidGrant('already used');
    },
    async destroy(id) {
      await deleteItem(db, sha256(id));
    },
  });

  async function expiryOf(model: string, { grantId }: AdapterPayload, expiresIn: number): Promise<number> {
    const now = clock.now();
    if (model !== 'RefreshToken') return now + expiresIn * 1000;
    const grant = await findGrant(db, grantId!);
    const end = Math.min(now + refreshIdleMs, (grant?.createdAt ?? now) + longestGrantMs);
    await setGrantExpiry(db, grantId!, end);
    return end;
  }

  return (model) => {
    switch (model) {
      case 'Client':
        return clients;
      case 'Grant':
        return grants;
      // Who signs in is asked of this site's own sessions, each time anew.
      case 'Session':
        return nothing;
      default:
        return items(model);
    }
  };
}

const nothing: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  // The grant itself goes in the same call, and everything with it.
  revokeByGrantId: async () => undefined,
};
