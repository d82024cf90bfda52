import type { AddressInfo } from 'node:net';
import type { Config } from '../config.ts';
import { BadRequest } from '../errors.ts';
import { isLoopback } from '../lib/loopback.ts';

export interface BaseUrl {
  /** '' or '/jira'. */
  readonly contextPath: string;
  readonly secure: boolean;
  /** Absolute base for links in the answer to a request with this Host header. */
  of(host: string | undefined): string;
}

/**
 * With TESSERA_BASE_URL every link is under it, whatever Host says. Without it links follow Host, and only
 * loopback names are answered: a page elsewhere that rebinds its name to 127.0.0.1 gets nothing.
 */
export function baseUrl(config: Config): BaseUrl {
  if (config.baseUrl !== undefined) {
    const contextPath = config.baseUrl.pathname.replace(/\/$/, '');
    const base = config.baseUrl.origin + contextPath;
    return { contextPath, secure: config.baseUrl.protocol === 'https:', of: () => base };
  }
  let lastHost: string | undefined;
  let lastBase = '';
  return {
    contextPath: '',
    secure: false,
    of(host) {
      if (host !== undefined && host === lastHost) return lastBase;
      const name = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/.exec(host ?? '')?.[1];
      if (name === undefined || !isLoopback(name) || !URL.canParse(`http://${host}`)) {
        throw new BadRequest(
          'This server answers to loopback names only (127.0.0.1, localhost) until TESSERA_BASE_URL is set to the address that people use.',
        );
      }
      lastHost = host;
      lastBase = `http://${host}`;
      return lastBase;
    },
  };
}

/**
 * What links are under that no request asked for: TESSERA_BASE_URL, else the address listened on, which without it is
 * a loopback one.
 */
export function linkBase(config: Config, listening: AddressInfo | string | null): string {
  if (config.baseUrl !== undefined) return config.baseUrl.origin + config.baseUrl.pathname.replace(/\/$/, '');
  const { address, port } =
    listening === null || typeof listening === 'string'
      ? { address: config.host, port: config.port }
      : listening;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
