import type { RunningServer } from './server.ts';

/** Forgets every failed sign-in, as if a day had passed: for suites that fail more often than a person may. */
export async function forgetFailures({ app }: RunningServer): Promise<void> {
  await app.site.db.deleteFrom('sign_in_failures').execute();
  await app.site.db.deleteFrom('sign_in_networks').execute();
}
