import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const index = `<!doctype html>
<html>
  <head>
    <meta name="tessera-path" content="/" />
    <title>T</title>
    <script src="./color-scheme.js" nonce="TESSERA_NONCE"></script>
    <meta property="csp-nonce" nonce="TESSERA_NONCE">
    <script type="module" src="./assets/app-1a2b.js" nonce="TESSERA_NONCE"></script>
  </head>
</html>
`;

/** What a build of the web app leaves behind, as small as can be. */
export function webFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-web-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), index);
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), 'export {}');
  writeFileSync(join(folder, 'color-scheme.js'), '');
  writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
