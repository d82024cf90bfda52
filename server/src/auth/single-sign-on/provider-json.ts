import { Type } from 'typebox';
import { jiraTime } from '../../lib/jira-time.ts';
import { accountRulesSchema, type Provider } from './provider.ts';
import { providerKinds } from './provider-kinds.ts';

export const providerShape = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  enabled: Type.Boolean(),
  position: Type.Integer(),
  accountRules: accountRulesSchema,
  requiredDomains: Type.Array(Type.String()),
  settings: Type.Unknown({ description: 'What its kind needs; secrets are left out.' }),
  secrets: Type.Array(Type.String(), { description: 'Names of the secret settings of this kind.' }),
  hasSecrets: Type.Boolean({ description: 'Secret settings are stored.' }),
  updated: Type.String(),
});

export const providerJson = (provider: Provider) => ({
  id: String(provider.id),
  kind: provider.kind,
  name: provider.name,
  enabled: provider.enabled,
  position: provider.position,
  accountRules: provider.accountRules,
  requiredDomains: provider.requiredDomains,
  settings: provider.settings,
  secrets: providerKinds[provider.kind]?.secrets ?? [],
  hasSecrets: provider.sealed !== null,
  updated: jiraTime(provider.updatedAt),
});
