import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { isLoopback } from './lib/loopback.ts';
import { type Mailbox, parseMailbox } from './lib/mail-address.ts';
import { parseNetwork } from './lib/networks.ts';
import type { SealKey } from './lib/seal.ts';

/** A value that a setting may not hold; `allowed` of the setting says what would be right. */
export class InvalidSetting extends Error {}

export interface Setting<T = unknown> {
  /** Name in `tessera.config.json` and in the frozen Config. */
  readonly key: string;
  /** Environment variable; a secret may also come from the file named by its `_FILE` twin. */
  readonly variable: string;
  readonly secret: boolean;
  /** Taken when neither environment nor file says anything; undefined: no value. */
  readonly default: string | undefined;
  /** What it may hold, as a phrase for people. */
  readonly allowed: string;
  readonly describe: string;
  readonly parse: (text: string) => T;
}

function setting<T>(parts: Omit<Setting<T>, 'secret'> & { secret?: boolean }): Setting<T> {
  return { secret: false, ...parts };
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,15}$/.test(text) || Number(text) < min || Number(text) > max) throw new InvalidSetting();
    return Number(text);
  };
}

function oneOf<T extends string>(...values: readonly T[]): (text: string) => T {
  return (text) => {
    if (!values.includes(text as T)) throw new InvalidSetting();
    return text as T;
  };
}

function httpUrl(text: string): URL {
  if (!URL.canParse(text)) throw new InvalidSetting();
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!/^https?:$/.test(url.protocol) || !plain) throw new InvalidSetting();
  if (url.pathname !== '/' && !/^(\/[A-Za-z0-9._~-]+)+\/?$/.test(url.pathname)) throw new InvalidSetting();
  return url;
}

function postgresUrl(text: string): string {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) throw new InvalidSetting();
  return text;
}

function host(text: string): string {
  const name = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(name) === 0 && !/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/.test(name))
    throw new InvalidSetting();
  return name;
}

/** Never "everybody", which would let any client choose its own address (C3, H4). */
function networks(text: string): readonly string[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const network = parseNetwork(part.trim());
    if (network === undefined) throw new InvalidSetting();
    return network;
  });
}

/** Origins as browsers write them, so that they can be compared whole; never a pattern (S6). */
function origins(text: string): readonly string[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const origin = part.trim();
    if (!URL.canParse(origin)) throw new InvalidSetting();
    const url = new URL(origin);
    const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
    if (!safe || url.origin !== origin || origin.includes('*')) throw new InvalidSetting();
    return origin;
  });
}

function email(text: string): string {
  if (!/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(text)) throw new InvalidSetting();
  return text;
}

/** Host, port, name and password of a mail server; anything else in it would be ignored, so it is refused. */
function smtpUrl(text: string): URL {
  if (!URL.canParse(text)) throw new InvalidSetting();
  const url = new URL(text);
  const plain = /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '';
  const named = url.username !== '' || url.password === '';
  if (!/^smtps?:$/.test(url.protocol) || url.hostname === '' || !plain || !named) throw new InvalidSetting();
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    throw new InvalidSetting();
  }
  return url;
}

function mailbox(text: string): Mailbox {
  const parsed = parseMailbox(text);
  if (parsed === undefined) throw new InvalidSetting();
  return parsed;
}

/** Keys of 32 bytes in base64. The first seals; all open. */
function sealKeys(text: string): readonly SealKey[] {
  return text.split(',').map((part) => {
    const key = Buffer.from(part.trim(), 'base64');
    if (key.length !== 32 || key.toString('base64').replace(/=+$/, '') !== part.trim().replace(/=+$/, '')) {
      throw new InvalidSetting();
    }
    return key;
  });
}

function nonEmpty(text: string): string {
  if (text === '') throw new InvalidSetting();
  return text;
}

/** The one declaration: the check at start, `tessera config check` and docs/configuration.md come from it. */
export const settings = {
  host: setting({
    key: 'host',
    variable: 'TESSERA_HOST',
    default: '127.0.0.1',
    allowed: 'an IP address or a host name',
    describe: 'Address to listen on. Beyond loopback, TESSERA_BASE_URL must be set and be https.',
    parse: host,
  }),
  port: setting({
    key: 'port',
    variable: 'TESSERA_PORT',
    default: '8080',
    allowed: 'a whole number from 0 to 65535 (0: any free port)',
    describe: 'Port to listen on.',
    parse: wholeNumber(0, 65_535),
  }),
  dataFolder: setting({
    key: 'data',
    variable: 'TESSERA_DATA',
    default: './data',
    allowed: 'a path',
    describe: 'Folder for everything Tessera stores; made when missing.',
    parse: (text) => (isAbsolute(nonEmpty(text)) ? text : resolve(text)),
  }),
  baseUrl: setting({
    key: 'baseUrl',
    variable: 'TESSERA_BASE_URL',
    default: undefined,
    allowed:
      'an http or https URL without query, such as https://issues.example.com or http://localhost:2990/jira',
    describe:
      'The address people and programs use; its path is the context path. It never sets the port. Unset: links follow the Host header, loopback names only.',
    parse: httpUrl,
  }),
  databaseUrl: setting({
    key: 'databaseUrl',
    variable: 'TESSERA_DATABASE_URL',
    secret: true,
    default: undefined,
    allowed: 'a URL such as postgres://user:password@host:5432/name',
    describe: 'PostgreSQL 15 or newer. Unset: SQLite in the data folder.',
    parse: postgresUrl,
  }),
  workers: setting({
    key: 'workers',
    variable: 'TESSERA_WORKERS',
    default: '1',
    allowed: 'a whole number from 1 to 64',
    describe: 'Number of processes that share the port.',
    parse: wholeNumber(1, 64),
  }),
  trustedProxies: setting({
    key: 'trustedProxies',
    variable: 'TESSERA_TRUSTED_PROXIES',
    default: '',
    allowed:
      'a comma-separated list of IP addresses and CIDR ranges, such as 127.0.0.1, 10.0.0.0/8, none of them wider than /8 (IPv6: /16, or fc00::/7)',
    describe:
      'Reverse proxies: peers whose X-Forwarded-For and X-Forwarded-Proto are believed, and who bring TLS. Empty: nobody.',
    parse: networks,
  }),
  corsOrigins: setting({
    key: 'corsOrigins',
    variable: 'TESSERA_CORS_ORIGINS',
    default: '',
    allowed:
      'a comma-separated list of https origins, such as https://dashboard.example.com, or http ones of this machine, such as http://localhost:3000',
    describe:
      'Other sites whose pages may use /rest from a browser, with a token of their own; compared whole. No cookie counts there. Empty: none.',
    parse: origins,
  }),
  outboundNetworks: setting({
    key: 'outboundNetworks',
    variable: 'TESSERA_OUTBOUND_NETWORKS',
    default: '',
    allowed:
      'a comma-separated list of IP addresses and CIDR ranges, such as 10.20.0.0/16, none of them wider than /8 (IPv6: /16, or fc00::/7)',
    describe:
      'Networks that are not public and that the server may call all the same: where OpenID providers of your own are. Empty: public addresses only.',
    parse: networks,
  }),
  loginAttempts: setting({
    key: 'loginAttempts',
    variable: 'TESSERA_LOGIN_ATTEMPTS',
    default: undefined,
    allowed: 'a whole number from 1 to 100, or blank for never',
    describe:
      'Failed sign-ins in a row before a CAPTCHA is asked for. Set here, it pins the site setting; unset, the site setting counts (3 at first).',
    parse: (text) => (text.trim() === '' ? null : wholeNumber(1, 100)(text)),
  }),
  profile: setting({
    key: 'profile',
    variable: 'TESSERA_PROFILE',
    default: 'datacenter',
    allowed: 'datacenter or cloud',
    describe: 'Whose answers to give where Jira Data Center and Jira Cloud differ.',
    parse: oneOf('datacenter', 'cloud'),
  }),
  adminEmail: setting({
    key: 'adminEmail',
    variable: 'TESSERA_ADMIN_EMAIL',
    default: undefined,
    allowed: 'an e-mail address',
    describe:
      'First start only: the e-mail of the administrator to create. Unset: a one-time set-up link is printed.',
    parse: email,
  }),
  adminPassword: setting({
    key: 'adminPassword',
    variable: 'TESSERA_ADMIN_PASSWORD',
    secret: true,
    default: undefined,
    allowed: 'a password of 15 to 1024 characters',
    describe: 'First start only: the password of the administrator to create.',
    parse: (text) => {
      const length = [...text].length;
      if (length < 15 || length > 1024) throw new InvalidSetting();
      return text;
    },
  }),
  secretKeys: setting({
    key: 'secretKey',
    variable: 'TESSERA_SECRET_KEY',
    secret: true,
    default: undefined,
    allowed: '32 random bytes in base64 (openssl rand -base64 32), or several such keys separated by commas',
    describe:
      'Seals what must be stored readable: seeds of one-time codes, private keys, passwords of directories. The first seals, the others still open what they sealed. Every node of a site needs the same. Unset: the file secret.key in the data folder, made when it is needed; keep it apart from backups of the database.',
    parse: sealKeys,
  }),
  smtpUrl: setting({
    key: 'smtpUrl',
    variable: 'TESSERA_SMTP_URL',
    secret: true,
    default: undefined,
    allowed: 'a URL such as smtps://user:password@mail.example.com or smtp://mail.example.com:587',
    describe:
      'The server that sends mail; needs TESSERA_MAIL_FROM. smtps speaks TLS from the start; smtp must be upgraded to TLS unless the server is on this machine. Unset: each mail becomes an .eml file in the folder outbox of the data folder.',
    parse: smtpUrl,
  }),
  mailFrom: setting({
    key: 'mailFrom',
    variable: 'TESSERA_MAIL_FROM',
    default: undefined,
    allowed: 'an e-mail address, or a name and an address such as Tessera <tessera@example.com>',
    describe: 'Who mail comes from.',
    parse: mailbox,
  }),
  maxBodyBytes: setting({
    key: 'maxBodyBytes',
    variable: 'TESSERA_MAX_BODY_BYTES',
    default: '1048576',
    allowed: 'a whole number from 1024 to 104857600',
    describe: 'Largest request body, in bytes.',
    parse: wholeNumber(1024, 104_857_600),
  }),
  passwordMemoryKib: setting({
    key: 'passwordMemoryKib',
    variable: 'TESSERA_PASSWORD_MEMORY_KIB',
    default: '19456',
    allowed: 'a whole number from 8 to 1048576; below 19456 only for tests, on loopback',
    describe: 'Memory of one argon2id password hash, in KiB.',
    parse: wholeNumber(8, 1_048_576),
  }),
  passwordPasses: setting({
    key: 'passwordPasses',
    variable: 'TESSERA_PASSWORD_PASSES',
    default: '2',
    allowed: 'a whole number from 1 to 16; below 2 only for tests, on loopback',
    describe: 'Passes of one argon2id password hash.',
    parse: wholeNumber(1, 16),
  }),
  logLevel: setting({
    key: 'logLevel',
    variable: 'TESSERA_LOG_LEVEL',
    default: 'warn',
    allowed: 'silent, error, warn, info or debug',
    describe: 'How much to log to standard error, as JSON lines.',
    parse: oneOf('silent', 'error', 'warn', 'info', 'debug'),
  }),
} as const;

type Settings = typeof settings;
type Parsed<S> = S extends Setting<infer T> ? T : never;
/** Settings without a default may be absent from the Config. */
type Optional =
  | 'baseUrl'
  | 'databaseUrl'
  | 'loginAttempts'
  | 'adminEmail'
  | 'adminPassword'
  | 'secretKeys'
  | 'smtpUrl'
  | 'mailFrom';

export type Config = { readonly [K in Exclude<keyof Settings, Optional>]: Parsed<Settings[K]> } & {
  readonly [K in Optional]: Parsed<Settings[K]> | undefined;
} & {
  /** Throw-away data with well-known accounts (--demo). */
  readonly demo: boolean;
};
