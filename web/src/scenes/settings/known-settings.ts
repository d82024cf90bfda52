/** How a setting is shown and typed. */
export interface KnownSetting {
  readonly name: string;
  readonly label: string;
  readonly explanation: string;
  readonly kind: 'text' | 'switch' | 'number';
  /** Of a number. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** What an empty field means; without it a number is needed. */
  readonly empty?: string;
}

export interface SettingGroup {
  readonly title: string;
  readonly intro?: string;
  readonly settings: readonly KnownSetting[];
}

const minutes = { kind: 'number', unit: 'minutes' } as const;
const days = { kind: 'number', unit: 'days' } as const;

export const settingGroups: readonly SettingGroup[] = [
  {
    title: 'Site',
    settings: [
      {
        name: 'siteTitle',
        label: 'Name of the site',
        explanation: 'Stands at the top of every page and in the mails that the site sends.',
        kind: 'text',
        max: 100,
      },
    ],
  },
  {
    title: 'Locking sign-in',
    intro:
      'Whoever guesses passwords is stopped: after some failures in a row the sign-in page asks for the word in a picture, and REST requests from the same place are refused without a look at the secret.',
    settings: [
      {
        name: 'loginAttempts',
        label: 'Failures in a row before the picture is asked for',
        explanation: 'Counted for each account and place by itself, so nobody is locked out by a stranger.',
        kind: 'number',
        unit: 'failures',
        min: 1,
        max: 100,
        empty: 'never',
      },
      {
        name: 'accountLockFailures',
        label: 'Wrong passwords that close passwords everywhere',
        explanation:
          'Counted over all places. API tokens and open sessions go on working; the owner is told by mail.',
        kind: 'number',
        unit: 'failures',
        min: 1,
        max: 100,
        empty: 'never',
      },
      {
        name: 'accountLockNetworks',
        label: '… if they came from at least',
        explanation: 'One forgotten script with an old password is one network, and closes only its own.',
        kind: 'number',
        unit: 'networks',
        min: 1,
        max: 100,
      },
      {
        name: 'lockSparesTokens',
        label: 'Let valid API tokens pass where the picture is asked for',
        explanation:
          'A token cannot be guessed. Off, as in Jira: the lock refuses whatever comes from there.',
        kind: 'switch',
      },
      {
        name: 'strictLock',
        label: 'Count as Jira does',
        explanation:
          'One count for each account, wherever failures come from, closing everything. Anybody who knows a name can lock its owner out, bots too.',
        kind: 'switch',
      },
    ],
  },
  {
    title: 'Floods of sign-ins',
    intro:
      'Whoever tries one password on each of many names meets no lock of a name, but these. API tokens that are right, open sessions and browsers that signed in before are never held up.',
    settings: [
      {
        name: 'signInFailuresPerNetwork',
        label: 'Failed sign-ins that one network may send',
        explanation:
          'Over all names together; further ones are answered with 429 until some time has passed. A network is an IPv4 /24 or an IPv6 /48.',
        kind: 'number',
        unit: 'failures',
        min: 1,
        max: 10_000,
        empty: 'any number',
      },
      {
        ...minutes,
        name: 'signInFailureMinutes',
        label: '… within',
        explanation: 'They come back one by one, spread over this time.',
        min: 1,
        max: 1440,
      },
      {
        name: 'signInAlarmFactor',
        label: 'Strangers type the picture once failures in an hour reach',
        explanation:
          'As a multiple of what was usual in the last week: a sign that stolen passwords are tried from everywhere.',
        kind: 'number',
        unit: 'times the usual',
        min: 2,
        max: 1000,
        empty: 'never',
      },
      {
        name: 'signInAlarmFailures',
        label: '… and at least',
        explanation: 'So that a quiet site is not alarmed by a bad morning.',
        kind: 'number',
        unit: 'failures in an hour',
        min: 10,
        max: 1_000_000,
      },
      {
        name: 'requestsPerMinute',
        label: 'Requests of one account over REST in a minute',
        explanation:
          'For each process of the server. More are answered with 429 and Retry-After, as in Jira Data Center.',
        kind: 'number',
        unit: 'requests',
        min: 10,
        max: 1_000_000,
        empty: 'any number',
      },
    ],
  },
  {
    title: 'Sessions',
    settings: [
      {
        ...minutes,
        name: 'sessionIdleMinutes',
        label: 'Sign out after no request for',
        explanation: 'Sessions of the web pages and of REST alike.',
        min: 5,
        max: 1440,
      },
      {
        ...minutes,
        name: 'sessionMaxMinutes',
        label: 'Sign out at the latest after',
        explanation: 'However busy the session is. 1440 minutes are a day.',
        min: 5,
        max: 43_200,
      },
      {
        ...days,
        name: 'rememberMeDays',
        label: 'A remembered browser stays signed in for',
        explanation: 'For who ticks “Remember me” when signing in. 0 remembers nobody.',
        min: 0,
        max: 30,
      },
      {
        ...days,
        name: 'secondStepRememberDays',
        label: 'The second step is not asked for on a device for',
        explanation: 'Where its user ticks that when signing in. 0 asks every time.',
        min: 0,
        max: 90,
      },
      {
        name: 'webSudo',
        label: 'Ask administrators for their password again',
        explanation:
          'Before anything of the site is changed in a browser, ten minutes after it was typed last: a screen that is left alone changes nothing.',
        kind: 'switch',
      },
    ],
  },
  {
    title: 'API tokens and passwords over REST',
    settings: [
      {
        name: 'passwordsOverRest',
        label: 'Accept passwords over REST',
        explanation:
          'Passwords are deprecated there. The page “Passwords” tells who still sends one, and holds the exceptions.',
        kind: 'switch',
      },
      {
        ...days,
        name: 'apiTokenMaxDays',
        label: 'An API token lasts at most',
        explanation: 'For tokens that are made from now on.',
        min: 1,
        max: 365,
      },
      {
        name: 'apiTokensMayNeverExpire',
        label: 'API tokens may be made that never expire',
        explanation: 'Off, every token ends, and its owner is told 30, 7 and 1 days before.',
        kind: 'switch',
      },
      {
        name: 'revokeLeakedTokens',
        label: 'Revoke API tokens that others can read',
        explanation:
          'When one is written into an issue, a comment or an address. On or off, it is masked wherever it is shown, and its owner is told.',
        kind: 'switch',
      },
      {
        name: 'tokensMayMintTokens',
        label: 'API tokens may make API tokens',
        explanation:
          'Convenient for automation. Whoever steals one token can then make others that outlive it.',
        kind: 'switch',
      },
    ],
  },
  {
    title: 'Audit log',
    settings: [
      {
        ...days,
        name: 'auditRetentionDays',
        label: 'Keep audit records for',
        explanation: 'Older ones are deleted for good. 0 keeps them for ever.',
        min: 0,
        max: 36_500,
      },
    ],
  },
];

const knownNames = new Set(settingGroups.flatMap(({ settings }) => settings.map(({ name }) => name)));

/** Settings that this page has no words for, shown under their own names rather than hidden. */
export function otherSettings(values: Readonly<Record<string, unknown>>): KnownSetting[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (knownNames.has(name) || (typeof value === 'object' && value !== null)) return [];
    const kind =
      typeof value === 'boolean' ? 'switch' : typeof value === 'string' ? 'text' : ('number' as const);
    return [{ name, label: name, explanation: '', kind, ...(value === null && { empty: 'none' }) }];
  });
}
