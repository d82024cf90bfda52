import { Forbidden, ScopeMissing } from '../errors.ts';
import type { Identity, RouteScope } from '../identity.ts';

/** Throws unless the credential, where it is held to scopes at all, has the one that the route asks for. */
export function requireScope({ scopes, via, actor, credentialId }: Identity, scope: RouteScope | null): void {
  if (scopes === undefined || scope === null) return;
  if (scope !== 'full-access' && scopes.has(scope)) return;
  const facts = { needed: scope, granted: [...scopes].join(' '), credentialId: credentialId ?? 0 };
  const why = { step: 'scope-missing', userId: actor.user?.id, facts };
  // Data Center answers its own OAuth 2.0 tokens so; the words of the gateway are Cloud's.
  if (via === 'oauth2' && actor.profile === 'datacenter') {
    throw new Forbidden({ messages: [`The application may not do this: it needs the scope ${scope}.`], why });
  }
  throw new ScopeMissing(scope, why);
}
