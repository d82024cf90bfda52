import cluster from 'node:cluster';
import { rm } from 'node:fs/promises';
import inspector from 'node:inspector';
import pino from 'pino';
import { openSite } from '../app.ts';
import { createConfiguredAdministrator, issueSetupCode, setupIsOpen } from '../auth/setup/setup.ts';
import type { Config } from '../config.ts';
import { isLoopback } from '../lib/loopback.ts';
import type { Site } from '../site.ts';
import { CommandFailed, command, exitCodes, type Given } from './command.ts';
import { demonstrationConfig } from './demo/demonstration-data.ts';
import { refuseDemonstrationData, seedDemonstration } from './demo/seed.ts';
import { type Listening, listen } from './listening.ts';
import { readyJson, readyText } from './ready-text.ts';
import { stopped, stopSignal } from './stop-signal.ts';
import { buildWebApp, webAppFolder } from './web-app.ts';
import { readSettings } from './with-site.ts';
import { runWorkers } from './workers.ts';

const options = {
  demo: { describe: 'Serve throw-away data with well-known accounts, on this machine only.' },
} as const;

export const serveCommand = command({
  words: ['serve'],
  summary: 'Serve the site until SIGTERM or SIGINT',
  details: [
    "The line 'Tessera ready on URL' on standard output says that requests are answered. On a site without accounts a one-time link for setting up the first administrator follows. At the signal, what is running is finished; the process ends within 10 seconds.",
    'With --demo the data lives in a temporary folder that is removed at the end, unless TESSERA_DATA names one to keep it in. Data that is not demonstration data is refused, and demonstration data is refused without --demo.',
    'With TESSERA_WORKERS above 1 that many processes share the port; one that dies is replaced.',
  ],
  options,
  examples: [
    'tessera serve',
    'tessera serve --demo',
    'TESSERA_PORT=2990 TESSERA_BASE_URL=http://localhost:2990/jira tessera serve',
  ],
  run: serve,
});

async function serve({ options: { demo }, io, json }: Given<typeof options>): Promise<number> {
  const stop = stopSignal();
  const settings = readSettings(io, demo);
  refuseDebugger(settings);
  if (cluster.isWorker) return serveAsWorker(settings, stop);
  const { config, temporary } = demo
    ? await demonstrationConfig(settings, io.env)
    : { config: settings, temporary: false };
  try {
    await buildWebApp();
    let setupCode: string | undefined;
    const prepare = async (site: Site) => {
      setupCode = await prepareSite(site);
    };
    const ready = (address: Listening['address']) => {
      const facts = { config, address, setupCode, temporary };
      io.out(json ? `${JSON.stringify(readyJson(facts))}\n` : readyText(facts));
    };
    if (config.workers === 1) {
      await serveHere(config, stop, prepare, ready);
      return exitCodes.ok;
    }
    const { site, close } = await openSite(config);
    try {
      await prepare(site);
    } finally {
      await close();
    }
    return await runWorkers({
      count: config.workers,
      env: { TESSERA_DATA: config.dataFolder },
      stop,
      log: pino({ level: config.logLevel }, pino.destination(2)),
      ready,
    });
  } finally {
    if (temporary) await rm(config.dataFolder, { recursive: true, force: true });
  }
}

/** Whoever reaches a debugger runs what they like, and reads every secret (C3). */
function refuseDebugger({ host }: Config): void {
  if (isLoopback(host) || inspector.url() === undefined) return;
  throw new CommandFailed(
    'a debugger is open (--inspect, in NODE_OPTIONS perhaps): it is refused when listening beyond loopback',
  );
}

async function serveHere(
  config: Config,
  stop: AbortSignal,
  prepare: (site: Site) => Promise<void>,
  ready: (address: Listening['address']) => void,
): Promise<void> {
  if (stop.aborted) return;
  const listening = await listen(config, webAppFolder(), prepare);
  ready(listening.address);
  await stopped(stop);
  await listening.close();
}

async function serveAsWorker(config: Config, stop: AbortSignal): Promise<number> {
  try {
    const listening = await listen(config, webAppFolder());
    await stopped(stop);
    await listening.close();
    return exitCodes.ok;
  } finally {
    // The channel to the primary would keep this process.
    process.disconnect?.();
  }
}

/** What has to be there before the first request: the first administrator, or a code to set one up with. */
async function prepareSite(site: Site): Promise<string | undefined> {
  if (site.config.demo) {
    await seedDemonstration(site);
    return undefined;
  }
  await refuseDemonstrationData(site);
  await createConfiguredAdministrator(site);
  return (await setupIsOpen(site)) ? issueSetupCode(site) : undefined;
}
