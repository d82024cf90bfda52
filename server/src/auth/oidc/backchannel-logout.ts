import type { JWTVerifyGetKey } from 'jose';
import type { Configuration } from 'openid-client';
import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import { guardedFetch } from '../../outbound/guarded-fetch.ts';
import type { Site } from '../../site.ts';
import { deleteSsoSessions } from '../sessions/sso-session-store.ts';
import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import { findIdentity } from '../single-sign-on/identity-store.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { recordStrayMessage } from '../single-sign-on/stray-messages.ts';
import { insertUsedMessage } from '../single-sign-on/used-message-store.ts';
import { configurationOf, problemOf, signatureAlgorithms } from './configuration.ts';
import { oidcSettingsOf } from './oidc.ts';

const event = 'http://schemas.openid.net/event/backchannel-logout';
/** A request is as old as this at most; its id is remembered for longer. */
const maxAgeSeconds = 300;

const refused = (detail: string): AnswerRefused => new AnswerRefused('oidc-sign-out-refused', detail);

/**
 * Ends the sessions that the provider names (OpenID Connect Back-Channel Logout 1.0 §2.6). Throws BadRequest when its
 * token does not count.
 */
export async function endByProvider(
  site: Site,
  provider: Provider,
  logoutToken: string,
  source: Source,
): Promise<void> {
  try {
    const { sub, sid, jti } = await checked(site, provider, logoutToken);
    await inTransaction(site.db, async (trx) => {
      const now = site.clock.now();
      const message = { providerId: provider.id, id: `jti ${jti}`, expiresAt: now + maxAgeSeconds * 1000 };
      if (!(await insertUsedMessage(trx, message, now)))
        throw refused('The logout token was used before (jti).');
      const ended = { providerId: provider.id, subject: sub ?? null, providerSession: sid ?? null };
      const count = (await deleteSsoSessions(trx, ended)).length;
      const userId = sub === undefined ? undefined : (await findIdentity(trx, provider.id, sub))?.userId;
      await audit(trx, site.clock, {
        event: 'session.ended',
        outcome: 'ok',
        source,
        via: 'sso',
        ...(userId === undefined ? {} : { subjectType: 'user', subjectId: userId }),
        detail: { provider: provider.name, subject: sub ?? '', count },
      });
    });
  } catch (error) {
    if (!(error instanceof AnswerRefused)) throw error;
    await recordStrayMessage(site, provider, 'session.ended', error, source);
    throw new BadRequest({ messages: [error.message], why: { step: error.step } });
  }
}

interface LogoutToken {
  readonly sub: string | undefined;
  readonly sid: string | undefined;
  readonly jti: string;
}

const kept = new WeakMap<Configuration, JWTVerifyGetKey>();

/** The provider's keys, fetched again at most twice a minute however many tokens name one that is not known. */
async function keysOf(site: Site, configuration: Configuration): Promise<JWTVerifyGetKey> {
  const known = kept.get(configuration);
  if (known !== undefined) return known;
  const { jwks_uri: jwksUri } = configuration.serverMetadata();
  if (jwksUri === undefined) throw refused('The provider names no keys (jwks_uri).');
  const { createRemoteJWKSet, customFetch } = await import('jose');
  const fetch = guardedFetch(site.config.outboundNetworks);
  const keys = createRemoteJWKSet(new URL(jwksUri), { [customFetch]: (url: string) => fetch(url) });
  kept.set(configuration, keys);
  return keys;
}

async function checked(site: Site, provider: Provider, logoutToken: string): Promise<LogoutToken> {
  const { jwtVerify } = await import('jose');
  const keys = await keysOf(site, await configurationOf(site, provider));
  const { issuer, clientId } = oidcSettingsOf(provider);
  try {
    const { payload, protectedHeader } = await jwtVerify(logoutToken, keys, {
      algorithms: [...signatureAlgorithms],
      issuer,
      audience: clientId,
      clockTolerance: 30,
      maxTokenAge: maxAgeSeconds,
      currentDate: new Date(site.clock.now()),
      requiredClaims: ['iat', 'jti', 'events'],
    });
    const typ = protectedHeader.typ?.toLowerCase().replace(/^application\//, '');
    if (typ !== undefined && typ !== 'logout+jwt' && typ !== 'jwt')
      throw refused(`It is of another type: ${typ} (typ).`);
    const events = payload.events as Record<string, unknown> | null;
    if (typeof events !== 'object' || events === null || typeof events[event] !== 'object')
      throw refused('It tells of no logout (events).');
    if (payload.nonce !== undefined) throw refused('A logout token has no nonce: this is another one.');
    const { sub, sid, jti } = payload as Record<string, unknown>;
    if (typeof jti !== 'string' || jti === '' || jti.length > 1024) throw refused('It has no id (jti).');
    if ((sub !== undefined && typeof sub !== 'string') || (sid !== undefined && typeof sid !== 'string'))
      throw refused('sub and sid are texts.');
    if (sub === undefined && sid === undefined)
      throw refused('It names neither a person (sub) nor a session (sid).');
    return { sub, sid, jti };
  } catch (error) {
    if (error instanceof AnswerRefused) throw error;
    throw refused(problemOf(error));
  }
}
