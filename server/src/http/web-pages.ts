import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BaseUrl } from './base-url.ts';

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

/** Scripts come from this site only: what an issue's text smuggles into a page cannot run. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'self'",
  "frame-ancestors 'self'",
  "object-src 'none'",
].join('; ');

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
    const page = asset('.html', withBase(index.plain, `${url.contextPath}/`));
    const sendPage: MissingPage = (request, reply) => {
      reply.header('Cache-Control', 'no-cache').header('Content-Security-Policy', pagePolicy);
      reply.header('Cross-Origin-Opener-Policy', 'same-origin');
      return send(request, reply, page);
    };
    for (const path of pagePaths) server.get(path, async (request, reply) => sendPage(request, reply));
    for (const [path, file] of assets) {
      if (path === 'index.html') continue;
      // Built files carry a hash in their name, so what is under a name never changes.
      const caching = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      server.get(`/${path}`, async (request, reply) =>
        send(request, reply.header('Cache-Control', caching), file),
      );
    }
    return sendPage;
  };
}

/** Addresses of the web app's router; any other is answered with 404, and the page that says so. */
const pagePaths = [
  '/',
  '/setup',
  '/sign-in',
  '/login.jsp',
  '/reset-password',
  '/verify-email',
  '/unlock',
  '/browse/:key',
  '/projects',
  '/issues',
  '/profile/tokens',
  '/account/security',
  '/why/:requestId',
  '/admin/users',
  '/admin/groups',
  '/admin/groups/:name',
  '/admin/settings',
  '/admin/locks',
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

function withBase(html: Buffer, base: string): Buffer {
  const text = html.toString('utf8');
  return Buffer.from(text.replace(/<base [^>]*>/, '').replace('<head>', `<head>\n    <base href="${base}">`));
}

function send(request: FastifyRequest, reply: FastifyReply, file: Asset): FastifyReply {
  reply.header('ETag', file.etag).header('Vary', 'Accept-Encoding');
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (gzip) reply.header('Content-Encoding', 'gzip');
  return reply.type(file.type).send(gzip ? file.gzipped() : file.plain);
}
