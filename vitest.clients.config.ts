import { defineConfig } from 'vitest/config';

/** Published Jira clients, unchanged, against the real server: they are the judge of "compatible". */
export default defineConfig({
  test: {
    include: ['server/test/clients/**/*.test.ts'],
    globalSetup: ['server/test/support/global-setup.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
