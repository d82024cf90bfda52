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
function opens({ scopes, projects, addresses }: Limits, scope: RouteScope): boolean {
  if (scope === 'full-access') return scopes === undefined && projects === undefined && addresses !== true;
  return scopes === undefined || scopes.has(scope) || wider(scope).some((one) => scopes.has(one));
}

const wider = (scope: Scope): readonly Scope[] => (scope === 'write:comment:jira' ? ['write:jira-work'] : []);
