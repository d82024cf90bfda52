import { Forbidden, ScopeMissing } from '../errors.ts';
import type { Identity, Limits, RouteScope, Scope } from '../identity.ts';

/** Throws unless the credential, where it is held to anything, has what the route asks for. */
export function requireScope({ limits, via, actor, credentialId }: Identity, scope: RouteScope | null): void {
  if (limits === undefined || scope === null || opens(limits, scope)) return;
  const granted = limits.scopes === undefined ? 'all, within limits' : [...limits.scopes].join(' ');
  const facts = { needed: scope, granted, credentialId: credentialId ?? 0 };
  const why = { step: 'scope-missing', userId: actor.user?.id, facts };
  // Data Center answers its own OAuth 2.0 tokens so; the words of the gateway are Cloud's.
  if (via === 'oauth2' && actor.profile === 'datacenter') {
    throw new Forbidden({ messages: [`The application may not do this: it needs the scope ${scope}.`], why });
  }
  throw new ScopeMissing(scope, why);
}

/** Whoever is held to anything could otherwise make a credential that is not. */
function opens(limits: Limits, scope: RouteScope): boolean {
  const { scopes, projects, addresses } = limits;
  if (scope === 'full-access') return scopes === undefined && projects === undefined && addresses !== true;
  return scopeThatOpens(limits, scope) !== undefined;
}

/**
 * The scope by which a credential opens what asks for this one: the very one, or a wider one that it holds. undefined:
 * none does, or no scope is asked for.
 */
export function scopeThatOpens(limits: Limits | undefined, scope: RouteScope): Scope | undefined {
  if (scope === 'full-access') return undefined;
  const { scopes } = limits ?? {};
  if (scopes === undefined || scopes.has(scope)) return scope;
  return wider(scope).find((one) => scopes.has(one));
}

const wider = (scope: Scope): readonly Scope[] => (scope === 'write:comment:jira' ? ['write:jira-work'] : []);
