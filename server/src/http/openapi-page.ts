import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Headers, pageHeaders } from './response-headers.ts';

/**
 * Swagger UI, in the copy that @fastify/swagger-ui brings: swagger-ui-dist itself depends on a package that
 * reports installations. Everything comes from this server, so the page works without the Internet.
 */
const staticFolder = new URL('static/', import.meta.resolve('@fastify/swagger-ui/package.json'));

/** The page's own script sets styles as attributes, so it needs inline ones. */
export const docsPageHeaders = (nonce: string): Headers => pageHeaders(nonce, { inlineStyles: true });

export function docsPage(contextPath: string, version: string, nonce: string): string {
  const at = `${contextPath}/rest/api/docs/${encodeURIComponent(addressOf(version))}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tessera REST API</title>
<link rel="icon" type="image/png" href="data:,">
<link rel="stylesheet" href="${at}/swagger-ui.css">
<link rel="stylesheet" href="${at}/page.css">
<script nonce="${nonce}" src="${at}/theme.js"></script>
</head>
<body>
<div id="docs"><p class="waiting">Loading the description of the API …</p></div>
<noscript><p class="waiting">This page needs JavaScript; the description itself is <a href="${contextPath}/rest/api/openapi.json">openapi.json</a>.</p></noscript>
<script nonce="${nonce}" src="${at}/swagger-ui-bundle.js"></script>
<script nonce="${nonce}" src="${at}/page.js"></script>
</body>
</html>
`;
}

/** Before the first paint, or a dark screen would flash white. */
const themeScript = `'use strict';
const dark = matchMedia('(prefers-color-scheme: dark)');
const apply = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', apply);
apply();
`;

const pageScript = (contextPath: string): string => `'use strict';
SwaggerUIBundle({
  url: ${JSON.stringify(`${contextPath}/rest/api/openapi.json`)},
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  showExtensions: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
`;

/** Swagger UI's own greens and blues are too pale on white to read well (WCAG 2.2, 1.4.3). */
const pageStyle = `body { margin: 0; background: #fff; font-family: system-ui, sans-serif; }
html.dark-mode body { background: #1c2022; color: #e4e6e6; }
.waiting { margin: 3rem auto; max-width: 40rem; padding: 0 1.25rem; text-align: center; }
html:not(.dark-mode) .swagger-ui .btn.authorize { color: #17713f; border-color: #17713f; }
html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: #17713f; }
html:not(.dark-mode) .swagger-ui .info a { color: #1d63b8; }
`;

const ownFiles: Readonly<Record<string, (contextPath: string) => string>> = {
  'theme.js': () => themeScript,
  'page.js': pageScript,
  'page.css': () => pageStyle,
};

const packageFiles: ReadonlySet<string> = new Set(['swagger-ui.css', 'swagger-ui-bundle.js']);

export interface DocsAsset {
  readonly type: string;
  readonly gzipped: Buffer;
}

const compress = promisify(gzip);
const assets = new Map<string, Promise<DocsAsset>>();

/** Read and compressed at the first request. Always gzip, which every browser takes (RFC 9110 §12.5.3). */
export function docsAsset(file: string, contextPath: string): Promise<DocsAsset> | undefined {
  const own = Object.hasOwn(ownFiles, file) ? ownFiles[file] : undefined;
  if (own === undefined && !packageFiles.has(file)) return undefined;
  const key = `${contextPath}/${file}`;
  const known = assets.get(key);
  if (known !== undefined) return known;
  const loading = load(file, own?.(contextPath));
  assets.set(key, loading);
  loading.catch(() => assets.delete(key));
  return loading;
}

async function load(file: string, text: string | undefined): Promise<DocsAsset> {
  const bytes = text === undefined ? await readFile(new URL(file, staticFolder)) : Buffer.from(text);
  const type = file.endsWith('.css') ? 'text/css;charset=UTF-8' : 'text/javascript;charset=UTF-8';
  return { type, gzipped: await compress(bytes) };
}

/** Part of the files' address, which may be cached for ever: changes with the version and with our own files. */
function addressOf(version: string): string {
  const own = Object.values(ownFiles)
    .map((content) => content(''))
    .join('');
  return `${version}-${createHash('sha256').update(own).digest('hex').slice(0, 8)}`;
}
