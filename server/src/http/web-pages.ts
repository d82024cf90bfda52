import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BaseUrl } from './base-url.ts';
import { makeNonce, pageHeaders } from './response-headers.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html;charset=UTF-8',
  '.js': 'text/javascript;charset=UTF-8',
  '.css': 'text/css;charset=UTF-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json;charset=UTF-8',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain;charset=UTF-8',
  '.webmanifest': 'application/manifest+json',
};

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly etag: string;
  /** Compressed when it is first asked for, so that starting does not wait for it. */
  gzipped(): Buffer;
}

/** Answers a browser that asks for an address nobody has: the page that says so. */
export type MissingPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Serves a built single-page application: its files, and index.html for each of its addresses. */
export function webPages(folder: string): (server: FastifyInstance, url: BaseUrl) => MissingPage {
  return (server, url) => {
    const assets = load(folder);
    const index = assets.get('index.html');
    if (index === undefined) throw new Error(`The web app is not in ${folder}: build it first.`);
    const page = pageUnder(index.plain.toString('utf8'), `${url.contextPath}/`);
    const sendPage: MissingPage = (_, reply) => {
      const nonce = makeNonce();
      return reply.headers(pageHeaders(nonce)).send(page.replaceAll(noncePlace, nonce));
    };
    const get = (path: string, handler: MissingPage) =>
      server.route({
        method: ['GET', 'HEAD'],
        url: path,
        handler: async (request, reply) => handler(request, reply),
      });
    for (const path of pagePaths) get(path, sendPage);
    for (const [path, file] of assets) {
      if (path === 'index.html') continue;
      // Built files carry a hash in their name, so what is under a name never changes.
      const caching = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      get(`/${path}`, (request, reply) => send(request, reply.header('Cache-Control', caching), file));
    }
    return sendPage;
  };
}

/** Addresses of the web app's router; any other is answered with 404, and the page that says so. */
const pagePaths = [
  '/',
  '/setup',
  '/sign-in',
  '/sign-in/second-step',
  '/sign-in/link',
  '/login.jsp',
  '/reset-password',
  '/verify-email',
  '/unlock',
  '/browse/:key',
  '/projects',
  '/issues',
  '/profile/tokens',
  '/account/security',
  '/account/applications',
  '/oauth1/authorize',
  '/why/:requestId',
  '/admin/users',
  '/admin/groups',
  '/admin/groups/:name',
  '/admin/settings',
  '/admin/sign-in',
  '/admin/sign-in/new',
  '/admin/sign-in/:id',
  '/oauth2/consent/:id',
  '/device',
  '/admin/incoming-links',
  '/admin/incoming-links/new',
  '/admin/incoming-links/:id',
  '/admin/application-links',
  '/admin/application-links/new',
  '/admin/application-links/:id',
  '/admin/locks',
  '/admin/credentials',
  '/service-accounts',
  '/admin/passwords',
  '/admin/audit',
  '/admin/health',
];

function load(folder: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (!name.startsWith('.')) {
        assets.set(relative(folder, path).split(sep).join('/'), asset(extname(name), readFileSync(path)));
      }
    }
  };
  walk(folder);
  return assets;
}

function asset(extension: string, plain: Buffer): Asset {
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  let gzipped: Buffer | undefined;
  return {
    type: types[extension] ?? 'application/octet-stream',
    plain,
    etag,
    gzipped() {
      gzipped ??= gzipSync(plain);
      return gzipped;
    },
  };
}

/** Vite writes it wherever a nonce belongs (`html.cspNonce` in web/vite.config.ts). */
const noncePlace = 'TESSERA_NONCE';

/** The page under the context path: what it fetches, and where it says to be, for its own script. No <base>: the policy allows none. */
const pageUnder = (html: string, base: string): string =>
  html
    .replace(/(<meta name="tessera-path" content=)"[^"]*"/, `$1"${base}"`)
    .replaceAll(/ (src|href)="\.\//g, ` $1="${base}`);

function send(request: FastifyRequest, reply: FastifyReply, file: Asset): FastifyReply {
  reply.header('ETag', file.etag).header('Vary', 'Accept-Encoding');
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (gzip) reply.header('Content-Encoding', 'gzip');
  return reply.type(file.type).send(gzip ? file.gzipped() : file.plain);
}
