import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['server/test/**/*.test.ts', 'server/src/**/*.test.ts', 'web/src/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'server/test/peers/**', 'server/test/clients/**'],
    globalSetup: ['server/test/support/global-setup.ts'],
    // Processes, not threads: the server starts threads of its own and reads its environment.
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 20_000,
    // On a machine that CI shares with others a deadline is missed now and then; what fails twice is a fault.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 30_000,
  },
});
