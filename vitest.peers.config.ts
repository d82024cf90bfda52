import { defineConfig } from 'vitest/config';

/** Against parts that npm does not bring, such as a browser; `.ci/run` installs them and allows no skip. */
export default defineConfig({
  test: {
    include: ['server/test/peers/**/*.test.ts'],
    pool: 'forks',
    // A browser and a server per file are load enough.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
