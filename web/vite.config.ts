import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that one build serves under any context path; the server writes it into index.html.
  base: './',
  // The server puts a new one into each page it sends.
  html: { cspNonce: 'TESSERA_NONCE' },
  plugins: [react()],
  build: {
    target: 'es2022',
    // The bundle-size test walks the manifest to find what a first load fetches.
    manifest: true,
    // Everything stays a file: the content security policy has no place for data: scripts or fonts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The budget is the compressed size, and the bundle-size test holds it.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        // Two files for what many scenes share instead of a dozen small ones; packages change less often than
        // the app, so their file outlives most upgrades in the browser's cache.
        codeSplitting: {
          groups: [
            { name: 'packages', test: /node_modules/, priority: 2 },
            { name: 'shared', test: /src\/(components|api)\//, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/rest': 'http://127.0.0.1:8080' } },
});
