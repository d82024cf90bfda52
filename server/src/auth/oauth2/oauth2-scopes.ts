import { scopes as allScopes, type Limits, type Scope } from '../../identity.ts';

/** What a scope lets an application do, in the words of the consent page. */
export interface ScopeText {
  readonly scope: string;
  readonly text: string;
}

const onlyRead: readonly Scope[] = ['read:jira-work', 'read:jira-user'];
const write: readonly Scope[] = [...onlyRead, 'write:jira-work', 'manage:jira-project'];
const administer: readonly Scope[] = [...write, 'manage:jira-configuration', 'manage:jira-webhook'];

/** Jira Data Center's scopes, each with all that those before it give (Atlassian, "OAuth 2.0 scopes for incoming links"). */
const dataCenter: readonly (ScopeText & { readonly gives: readonly Scope[] })[] = [
  {
    scope: 'READ',
    text: 'See projects and issues that you can see, with comments and attachments, and your profile',
    gives: onlyRead,
  },
  {
    scope: 'WRITE',
    text: 'Create, change and delete projects and issues that you can change, and comment as you',
    gives: write,
  },
  { scope: 'ADMIN', text: 'Administer the site as you can, but not its system', gives: administer },
  { scope: 'SYSTEM_ADMIN', text: 'Administer the site and its system as you can', gives: allScopes },
];

/** Cloud's scopes, which are our own. */
const cloud: readonly ScopeText[] = [
  { scope: 'read:jira-work', text: 'See projects and issues that you can see' },
  {
    scope: 'write:jira-work',
    text: 'Create, change and delete issues that you can change, and comment as you',
  },
  { scope: 'write:comment:jira', text: 'Comment on issues as you' },
  { scope: 'read:jira-user', text: 'See people, with their names and e-mail addresses as you see them' },
  { scope: 'manage:jira-project', text: 'Change the settings of projects that you administer' },
  { scope: 'manage:jira-configuration', text: 'Administer the site as you can, but not its system' },
  { scope: 'manage:jira-webhook', text: 'Manage webhooks as you can' },
];

/** OpenID Connect's, which every application may ask for. */
const openId: readonly ScopeText[] = [
  { scope: 'openid', text: 'Know who you are, so that you can sign in there with this account' },
  { scope: 'profile', text: 'See your name, language and time zone' },
  { scope: 'email', text: 'See your e-mail address' },
  { scope: 'offline_access', text: 'Keep this access while you are away, until you revoke it' },
];

/** What an administrator chooses from for an application. */
export const linkScopes: readonly ScopeText[] = [
  ...dataCenter.map(({ scope, text }) => ({ scope, text })),
  ...cloud,
];

/** Everything that a client may name. */
export const knownScopes: readonly string[] = [...linkScopes, ...openId].map(({ scope }) => scope);

const texts = new Map([...linkScopes, ...openId].map(({ scope, text }) => [scope, text]));

export const words = (text: string | null | undefined): string[] => (text ?? '').split(' ').filter(Boolean);

const ranks = dataCenter.map(({ scope }) => scope);

const highestRank = (scopes: readonly string[]): number =>
  Math.max(...scopes.map((scope) => ranks.indexOf(scope)), -1);

/** What an application may do by some scopes, in words: a wide one of Data Center's holds the narrower ones. */
export function scopeTexts(scopes: readonly string[]): ScopeText[] {
  const highest = highestRank(scopes);
  return knownScopes
    .filter((scope) => scopes.includes(scope) || (ranks.includes(scope) && ranks.indexOf(scope) < highest))
    .filter((scope) => scope !== 'ADMIN' || highest === ranks.indexOf('ADMIN'))
    .map((scope) => ({ scope, text: texts.get(scope)! }));
}

/** All that an application may ask for: a wide scope of Data Center's allows the narrower ones. */
export function askableScopes(linkScopeWords: readonly string[]): string[] {
  return [
    ...ranks.slice(0, highestRank(linkScopeWords) + 1),
    ...cloud.map(({ scope }) => scope).filter((scope) => linkScopeWords.includes(scope)),
    ...openId.map(({ scope }) => scope),
  ];
}

/** Data Center gives a refresh token always, Cloud and OpenID Connect for `offline_access`. */
export const givesRefreshToken = (scopes: readonly string[]): boolean =>
  scopes.some((scope) => scope === 'offline_access' || ranks.includes(scope));

const remembered = new Map<string, Limits>();

/**
 * What a token is held to: what was granted and its application may still ask for. Requests ask again and again, so each
 * pair is understood once.
 */
export function limitsOfToken(granted: string, linkScopeText: string): Limits {
  const key = `${granted}|${linkScopeText}`;
  let limits = remembered.get(key);
  if (limits === undefined) {
    limits = understand(words(granted), words(linkScopeText));
    if (remembered.size >= 1_000) remembered.clear();
    remembered.set(key, limits);
  }
  return limits;
}

function understand(granted: readonly string[], ofLink: readonly string[]): Limits {
  const may = new Set(askableScopes(ofLink));
  // A wide scope that the application lost goes down to the widest that it has.
  const rank = Math.min(highestRank(granted), highestRank(ofLink));
  const scopes = new Set<Scope>(dataCenter[rank]?.gives);
  for (const scope of granted) if (may.has(scope) && isOurs(scope)) scopes.add(scope);
  if (ranks[rank] === 'SYSTEM_ADMIN') return { scopes };
  return {
    scopes,
    administers: scopes.has('manage:jira-configuration') ? 'the site but for its system' : 'nothing',
  };
}

const isOurs = (scope: string): scope is Scope => (allScopes as readonly string[]).includes(scope);
