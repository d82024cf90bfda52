import { readFileSync, statSync } from 'node:fs';
import { type Config, InvalidSetting, type Setting, settings } from './config-settings.ts';
import { isLoopback } from './lib/loopback.ts';

export type { Config } from './config-settings.ts';

export interface Mistake {
  /** The variable, or where the value came from. */
  readonly name: string;
  /** What it held; never shown for a secret. */
  readonly held: string | undefined;
  readonly problem: string;
}

export class ConfigurationError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map(describeMistake).join('\n')}`,
    );
    this.mistakes = mistakes;
  }
}

export interface ConfigSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Parsed tessera.config.json; undefined when there is none. */
  readonly file?: unknown;
  readonly demo?: boolean;
}

/** One setting as it was found, whether right or wrong. */
export interface FoundSetting {
  readonly name: keyof typeof settings;
  readonly setting: Setting;
  /** undefined: it has no value. */
  readonly text: string | undefined;
  /** The variable, its `_FILE` twin, or the file; undefined: the default. */
  readonly from: string | undefined;
}

export interface Inspection {
  readonly found: readonly FoundSetting[];
  readonly mistakes: readonly Mistake[];
  /** undefined when there is a mistake. */
  readonly config: Config | undefined;
}

function describeMistake({ name, held, problem }: Mistake): string {
  return `  ${name}${held === undefined ? '' : ` held ${JSON.stringify(held)}`}: ${problem}`;
}

const all: readonly Setting[] = Object.values(settings);

/** Reads everything at once, so that one start reports every mistake. Throws ConfigurationError. */
export function readConfig(source: ConfigSource): Config {
  const { config, mistakes } = inspectConfig(source);
  if (config === undefined) throw new ConfigurationError(mistakes);
  return config;
}

/** As readConfig, with what was found and where; throws nothing. */
export function inspectConfig({ env, file, demo = false }: ConfigSource): Inspection {
  const mistakes: Mistake[] = [...unknownNames(env, file)];
  const found: FoundSetting[] = [];
  const config: Record<string, unknown> = { demo };
  const broken = new Set<string>();
  for (const [name, setting] of Object.entries(settings) as [keyof typeof settings, Setting][]) {
    const value = findText(setting, env, file, mistakes);
    if (value === 'unreadable') {
      broken.add(name);
      continue;
    }
    found.push({ name, setting, ...value });
    if (value.text === undefined) continue;
    try {
      config[name] = setting.parse(value.text);
    } catch (error) {
      if (!(error instanceof InvalidSetting)) throw error;
      broken.add(name);
      mistakes.push({
        name: value.from ?? setting.variable,
        held: setting.secret ? undefined : value.text.replace(/\/\/[^/@\s]*@/, '//…@'),
        problem: `it may hold ${setting.allowed}`,
      });
    }
  }
  mistakes.push(...unsafeTogether(config as unknown as Config, broken));
  mistakes.push(...openSecrets(config as unknown as Config, broken, found, env));
  if (mistakes.length > 0) return { found, mistakes, config: undefined };
  return { found, mistakes, config: Object.freeze(config as unknown as Config) };
}

/** The environment and the file it names, or ./tessera.config.json, with the mistakes of both. */
export function inspectEnvironment(env: ConfigSource['env'], demo = false): Inspection {
  try {
    return inspectConfig({ env, file: readConfigFile(env), demo });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { found, mistakes } = inspectConfig({ env, demo });
    return { found, mistakes: [...error.mistakes, ...mistakes], config: undefined };
  }
}

/** Reads ./tessera.config.json, or the file that TESSERA_CONFIG names. */
export function readConfigFile(env: Readonly<Record<string, string | undefined>>): unknown {
  const path = fileName(env);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (env.TESSERA_CONFIG === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT')
      return undefined;
    throw new ConfigurationError([
      {
        name: 'TESSERA_CONFIG',
        held: path,
        problem: `the file cannot be read (${(error as NodeJS.ErrnoException).code})`,
      },
    ]);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigurationError([{ name: path, held: undefined, problem: 'it is not valid JSON' }]);
  }
}

interface FoundText {
  readonly text: string | undefined;
  readonly from: string | undefined;
}

function findText(
  setting: Setting,
  env: ConfigSource['env'],
  file: unknown,
  mistakes: Mistake[],
): FoundText | 'unreadable' {
  const direct = env[setting.variable];
  const twin = `${setting.variable}_FILE`;
  const path = setting.secret ? env[twin] : undefined;
  if (direct !== undefined && path !== undefined) {
    mistakes.push({ name: twin, held: path, problem: `set either it or ${setting.variable}, not both` });
  }
  if (direct !== undefined) return { text: direct, from: setting.variable };
  if (path !== undefined) {
    try {
      return { text: readFileSync(path, 'utf8').replace(/\r?\n$/, ''), from: twin };
    } catch (error) {
      mistakes.push({
        name: twin,
        held: path,
        problem: `the file cannot be read (${(error as NodeJS.ErrnoException).code})`,
      });
      return 'unreadable';
    }
  }
  const value = isRecord(file) && Object.hasOwn(file, setting.key) ? file[setting.key] : undefined;
  if (value !== undefined) {
    return { text: fileText(value), from: `${fileName(env)}, "${setting.key}"` };
  }
  return { text: setting.default, from: undefined };
}

/** A value of the file as the variable would hold it; a shape that no setting has stays visible. */
function fileText(value: unknown): string {
  if (value === null) return '';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const fileName = (env: ConfigSource['env']): string => env.TESSERA_CONFIG ?? 'tessera.config.json';

/** Variables of the program that are no settings: where the file is, and the test suite's own. */
const otherVariables = /^TESSERA_(CONFIG|TEST_\w+|BENCH_\w+|NODE_\w+)$/;

function* unknownNames(env: ConfigSource['env'], file: unknown): Generator<Mistake> {
  const variables = new Set(
    all.flatMap((s) => (s.secret ? [s.variable, `${s.variable}_FILE`] : [s.variable])),
  );
  for (const name of Object.keys(env)) {
    if (!name.startsWith('TESSERA_') || variables.has(name) || otherVariables.test(name)) continue;
    const close = nearest(name, [...variables]);
    yield {
      name,
      held: undefined,
      problem: `there is no such setting${close ? `; did you mean ${close}?` : ''}`,
    };
  }
  if (file === undefined) return;
  if (!isRecord(file)) {
    yield { name: fileName(env), held: undefined, problem: 'it must hold one JSON object' };
    return;
  }
  const keys = all.map((s) => s.key);
  for (const key of Object.keys(file)) {
    if (keys.includes(key)) continue;
    const close = nearest(key, keys);
    yield {
      name: `${fileName(env)}, "${key}"`,
      held: undefined,
      problem: `there is no such setting${close ? `; did you mean "${close}"?` : ''}`,
    };
  }
}

/**
 * Values that are right one by one and unsafe together; those that are `broken` already are left out. They
 * count beyond loopback, so that two commands stay two.
 */
function* unsafeTogether(config: Config, broken: ReadonlySet<string>): Generator<Mistake> {
  const whole = (...names: (keyof Config)[]) => !names.some((name) => broken.has(name));
  if (
    whole('adminEmail', 'adminPassword') &&
    (config.adminEmail === undefined) !== (config.adminPassword === undefined)
  ) {
    yield {
      name: config.adminEmail === undefined ? 'TESSERA_ADMIN_EMAIL' : 'TESSERA_ADMIN_PASSWORD',
      held: undefined,
      problem: 'TESSERA_ADMIN_EMAIL and TESSERA_ADMIN_PASSWORD go together: set both or neither',
    };
  }
  if (whole('smtpUrl', 'mailFrom') && config.smtpUrl !== undefined && config.mailFrom === undefined) {
    yield {
      name: 'TESSERA_MAIL_FROM',
      held: undefined,
      problem: 'it must be set when TESSERA_SMTP_URL is: mail needs a sender that its server accepts',
    };
  }
  if (!whole('host') || isLoopback(config.host)) return;
  if (config.demo) {
    yield {
      name: 'TESSERA_HOST',
      held: config.host,
      problem: 'demonstration accounts are well known: --demo listens on loopback only',
    };
  }
  if (whole('baseUrl') && config.baseUrl === undefined) {
    yield {
      name: 'TESSERA_BASE_URL',
      held: undefined,
      problem: 'it must be set when listening beyond loopback',
    };
  } else if (whole('baseUrl') && config.baseUrl?.protocol !== 'https:') {
    yield {
      name: 'TESSERA_BASE_URL',
      held: config.baseUrl?.href,
      problem:
        'it must be https when listening beyond loopback: credentials may not cross a network in clear text',
    };
  }
  if (whole('passwordMemoryKib') && config.passwordMemoryKib < 19_456) {
    yield {
      name: 'TESSERA_PASSWORD_MEMORY_KIB',
      held: String(config.passwordMemoryKib),
      problem: weakHashes,
    };
  }
  if (whole('passwordPasses') && config.passwordPasses < 2) {
    yield { name: 'TESSERA_PASSWORD_PASSES', held: String(config.passwordPasses), problem: weakHashes };
  }
}

/**
 * Secrets that everybody on this machine can read, or guess (C3). As above, they count beyond loopback.
 */
function* openSecrets(
  config: Config,
  broken: ReadonlySet<string>,
  found: readonly FoundSetting[],
  env: ConfigSource['env'],
): Generator<Mistake> {
  if (broken.has('host') || isLoopback(config.host)) return;
  const secrets = found.filter(({ setting, text }) => setting.secret && text !== undefined);
  for (const { setting, from } of secrets) {
    const path = from === `${setting.variable}_FILE` ? env[from] : undefined;
    if (path !== undefined) yield* readableByAll(from!, path);
  }
  const fromFile = secrets.find(({ from }) => from?.startsWith(`${fileName(env)}, `));
  if (fromFile !== undefined) yield* readableByAll(fromFile.from!, fileName(env));
  // 32 random bytes have some thirty different ones; an example's, or a phrase's, have not.
  if (config.secretKeys?.some((key) => new Set(key).size < 20)) {
    yield {
      name: 'TESSERA_SECRET_KEY',
      held: undefined,
      problem: 'it is no random key: make one with openssl rand -base64 32',
    };
  }
}

function* readableByAll(name: string, path: string): Generator<Mistake> {
  if ((statSync(path).mode & 0o004) === 0) return;
  yield {
    name,
    held: path,
    problem:
      'every user of this machine can read the file, and it holds a secret: run chmod 600 on it, or mount it with mode 0400',
  };
}

const weakHashes = 'password hashes weaker than 19456 KiB and 2 passes are for tests on loopback only';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((other) => ({ other, distance: editDistance(name, other) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] !== undefined && ranked[0].distance <= 4 ? ranked[0].other : undefined;
}

/** Levenshtein distance; both texts are setting names, so short. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
