import { defineConfig } from 'vitest/config';

/** Against parts that npm does not bring, such as a browser; `.ci/run` installs them and allows no skip. */
export default defineConfig({
  test: {
    include: ['server/test/peers/**/*.test.ts'],
    globalSetup: ['server/test/support/global-setup.ts'],
    pool: 'forks',
    // A browser and a server per file are load enough.
    fileParallelism: false,
    testTimeout: 60_000,
    // On a machine that CI shares with others a deadline is missed now and then; what fails twice is a fault.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 60_000,
  },
});
