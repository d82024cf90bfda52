import net, { isIP } from 'node:net';
import tls from 'node:tls';
import type { Client, Filter } from 'ldapts';
import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { settingsWithSecrets } from '../single-sign-on/providers.ts';
import { DirectoryUnavailable } from './directory-unavailable.ts';
import { binaryAttributes, type DirectoryEntry, entryOf } from './entry.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { startTls } from './start-tls.ts';
import { wholeMessages } from './whole-messages.ts';

const connectMs = 5_000;
const answerMs = 10_000;
const pageSize = 500;

export interface Search {
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Left out: all of them, page by page. */
  readonly most?: number;
}

/** One connection to a directory; everything it throws is a DirectoryUnavailable. */
export interface Directory {
  readonly settings: LdapSettings;
  /** From now on as whom the settings name: after somebody's own bind, and at the beginning. */
  asService(): Promise<void>;
  search(base: string, search: Search): Promise<DirectoryEntry[]>;
  /** Whether the entry's password is this one; the connection is that person's then. */
  proves(dn: string, password: string): Promise<boolean>;
}

/** Connects, as whom the settings name, for as long as the work takes. */
export async function withDirectory<T>(
  site: Site,
  provider: Provider,
  work: (directory: Directory) => Promise<T>,
): Promise<T> {
  const settings = await settingsWithSecrets<LdapSettings>(site, provider);
  const trouble = (error: unknown, asked = false) =>
    error instanceof DirectoryUnavailable
      ? error
      : new DirectoryUnavailable(provider.name, problemOf(error), { asked, cause: error });
  const client = await open(settings).catch((error) => {
    throw trouble(error);
  });
  const told = async <R>(step: Promise<R>): Promise<R> => {
    try {
      return await step;
    } catch (error) {
      throw trouble(error);
    }
  };
  const directory: Directory = {
    settings,
    asService: () => told(bindAsService(client, settings)),
    search: (base, search) => told(searchBelow(client, base, search)),
    proves: async (dn, password) => {
      // A name without a password is an unauthenticated bind, which succeeds for everybody (RFC 4513 §5.1.2).
      if (dn === '' || password === '') return false;
      try {
        await client.bind(dn, password);
        return true;
      } catch (error) {
        if (meansWrong.has(codeOf(error))) return false;
        throw trouble(error, true);
      }
    },
  };
  try {
    await directory.asService();
    return await work(directory);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

/**
 * Results of a bind that say no to this person (RFC 4511 appendix A): wrong or no password, locked, not allowed, gone.
 * Whatever else comes says that the directory could not decide.
 */
const meansWrong: ReadonlySet<unknown> = new Set([19, 32, 34, 48, 49, 50, 53]);

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

const problemOf = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string | number };
  const text = message?.trim() || 'it does not answer';
  return code === undefined || text.includes(String(code)) ? text : `${text} (${code})`;
};

async function bindAsService(client: Client, { bindDn, bindPassword }: LdapSettings): Promise<void> {
  if (bindDn === undefined) return client.bind('', '');
  if (bindPassword === undefined) throw new Error('the password of bindDn is missing');
  return client.bind(bindDn, bindPassword);
}

async function searchBelow(
  client: Client,
  base: string,
  { filter, attributes, most }: Search,
): Promise<DirectoryEntry[]> {
  const { searchEntries } = await client.search(base, {
    scope: 'sub',
    filter,
    attributes: [...attributes],
    explicitBufferAttributes: [...binaryAttributes],
    timeLimit: answerMs / 1000,
    ...(most === undefined ? { paged: { pageSize } } : { sizeLimit: most }),
  });
  return searchEntries.map(entryOf);
}

/**
 * A client whose one connection is trusted before anything is said on it. It cannot connect again by itself: a
 * connection that somebody cut would come back as nobody's, and StartTLS's in clear text.
 */
async function open(settings: LdapSettings): Promise<Client> {
  const { Client } = await import('ldapts');
  const { protocol, hostname, port } = new URL(settings.url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const at = { host, port: port === '' ? (protocol === 'ldaps:' ? 636 : 389) : Number(port) };
  const raw = settings.startTls === true ? await startTls(at.host, at.port, connectMs) : undefined;
  let opened = false;
  const once = <S>(connect: () => S): S => {
    if (opened) throw new Error('the connection ended early');
    opened = true;
    return connect();
  };
  const secured = () =>
    once(() =>
      tls.connect({
        ...(raw === undefined ? at : { socket: raw, host }),
        ...(isIP(host) === 0 ? { servername: host } : {}),
        secureContext: trusting(settings.caCertificates),
        // Whatever the environment says.
        rejectUnauthorized: true,
      }),
    );
  const plain = () => once(() => net.connect(at));
  const isSecure = protocol === 'ldaps:' || raw !== undefined;
  const client = new Client({
    url: `${isSecure ? 'ldaps' : 'ldap'}://${hostname}:${at.port}`,
    connectTimeout: connectMs,
    timeout: answerMs,
    ...(isSecure
      ? { createSecureConnection: secured as unknown as typeof tls.connect }
      : { createConnection: plain as unknown as typeof net.connect }),
  });
  readWholeMessages(client);
  return client;
}

/** The part of ldapts that reads; it has no other place for a check before it. */
interface Reading {
  readonly messageParser: { read(data: Buffer, asked: unknown): void };
  socket?: { destroy(error: Error): void };
}

/** What is no whole message ends the connection, and the parser never sees it. */
function readWholeMessages(client: Client): void {
  const reading = client as unknown as Reading;
  const { messageParser } = reading;
  const read = messageParser.read.bind(messageParser);
  const parted = wholeMessages();
  messageParser.read = (data, asked) => {
    try {
      for (const message of parted(data)) read(message, asked);
    } catch (error) {
      reading.socket?.destroy(error as Error);
    }
  };
}

const contexts = new Map<string, tls.SecureContext>();

/** Reading all authorities takes longer than the handshake, so what was read last is kept. */
function trusting(caCertificates = ''): tls.SecureContext {
  const known = contexts.get(caCertificates);
  if (known !== undefined) return known;
  const own = caCertificates.trim() === '' ? [] : [caCertificates];
  const context = tls.createSecureContext({
    ca: [...tls.getCACertificates('default'), ...own],
    minVersion: 'TLSv1.2',
  });
  if (contexts.size >= 16) contexts.clear();
  contexts.set(caCertificates, context);
  return context;
}
