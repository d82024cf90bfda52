import { lookup } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { reachable } from './reachable.ts';

const longestMs = 10_000;
const mostBytes = 1024 * 1024;

/** The address is not called, or its answer is not read: said by name, since administrators typed the address. */
export class OutboundRefused extends Error {}

export interface OutboundRequest {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/**
 * Calls an address that somebody has named: the name is resolved once, what it resolves to is checked, and that very
 * address is connected to; no redirect is followed, and neither time nor size is without bound (H21).
 */
export function guardedFetch(
  networks: readonly string[],
): (url: string, request?: OutboundRequest) => Promise<Response> {
  const isReachable = reachable(networks);
  const checkedLookup: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      // All of them: a name with one address outside and one inside is a trap, not a site.
      const refused = found.find(({ address }) => !isReachable(address));
      if (refused !== undefined) return callback(outside(host, refused.address), []);
      const [first] = found;
      if (first === undefined) return callback(new OutboundRefused(`${host} has no address.`), []);
      if (options.all === true) return callback(null, found);
      callback(null, first.address, first.family);
    });
  };
  return (url, { method = 'GET', headers = {}, body } = {}) =>
    new Promise<Response>((resolve, reject) => {
      const { protocol, hostname, username } = new URL(url);
      // An address in place of a name is not looked up, so it is checked here; URL has made it plain (WHATWG URL §3.5).
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      if (username !== '') throw new OutboundRefused(`${url} holds a user name.`);
      if (isIP(host) !== 0 && !isReachable(host)) throw outside(host, host);
      if (protocol !== 'https:' && protocol !== 'http:')
        throw new OutboundRefused(`${url} is neither https nor http.`);
      const outgoing = (protocol === 'https:' ? tlsRequest : plainRequest)(
        url,
        {
          method,
          headers: { ...headers, 'Accept-Encoding': 'identity' },
          lookup: checkedLookup,
          // A connection of its own: one that is kept was checked for another name.
          agent: false,
          signal: AbortSignal.timeout(longestMs),
        },
        (incoming) => {
          const status = incoming.statusCode ?? 0;
          if (status >= 300 && status < 400) {
            outgoing.destroy();
            reject(new OutboundRefused(`${url} answers with a redirect (${status}), which is not followed.`));
            return;
          }
          const parts: Buffer[] = [];
          let size = 0;
          incoming.on('data', (part: Buffer) => {
            size += part.length;
            if (size > mostBytes)
              outgoing.destroy(new OutboundRefused(`${url} answers with more than ${mostBytes} bytes.`));
            else parts.push(part);
          });
          incoming.on('error', reject);
          incoming.on('end', () => {
            const hasBody = size > 0 && status !== 204;
            const answered = new Headers();
            for (const [name, value] of Object.entries(incoming.headers)) {
              if (value !== undefined) answered.set(name, Array.isArray(value) ? value.join(', ') : value);
            }
            resolve(new Response(hasBody ? Buffer.concat(parts) : null, { status, headers: answered }));
          });
        },
      );
      outgoing.on('error', (error) =>
        reject(
          error.name === 'TimeoutError' || error.name === 'AbortError'
            ? new OutboundRefused(`${url} did not answer within ${longestMs / 1000} seconds.`)
            : error,
        ),
      );
      outgoing.end(body);
    });
}

const outside = (host: string, address: string): OutboundRefused =>
  new OutboundRefused(
    host === address
      ? `${address} is no public address, and not in TESSERA_OUTBOUND_NETWORKS.`
      : `${host} is at ${address}, which is no public address, and not in TESSERA_OUTBOUND_NETWORKS.`,
  );
