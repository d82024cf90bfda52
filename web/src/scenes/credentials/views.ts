import type { CredentialFilter, CredentialKind } from '../../api/credentials.ts';

export const kinds: readonly { value: CredentialKind; label: string }[] = [
  { value: 'api-token', label: 'API tokens' },
  { value: 'oauth1', label: 'OAuth 1.0a' },
  { value: 'oauth2', label: 'OAuth 2.0' },
  { value: 'session', label: 'Sessions' },
];

interface View {
  readonly value: string;
  readonly label: string;
  readonly filter: Omit<CredentialFilter, 'kind' | 'owner'>;
  /** What kinds it makes sense for; left out: all. */
  readonly of?: CredentialKind;
}

/** What an administrator looks for. */
export const views: readonly View[] = [
  { value: 'live', label: 'All that work', filter: {} },
  { value: 'never', label: 'Never used', filter: { neverUsed: true } },
  { value: 'stale30', label: 'Not used for 30 days', filter: { staleDays: 30 } },
  { value: 'stale90', label: 'Not used for 90 days', filter: { staleDays: 90 } },
  { value: 'ending', label: 'Ending within 30 days', filter: { expiringDays: 30 } },
  { value: 'wide', label: 'May do more than they did', filter: { overScoped: true }, of: 'api-token' },
  { value: 'inactive', label: 'Of deactivated accounts', filter: { ownerInactive: true } },
  { value: 'ended', label: 'Expired or revoked', filter: { state: 'ended' } },
];
