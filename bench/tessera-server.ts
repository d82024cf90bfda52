import { createApp } from '../server/src/app.ts';
import { readConfig } from '../server/src/config.ts';
import { addTokens } from './many-tokens.ts';
import { prepareSite } from './site.ts';

/** Tessera as `serve` runs it, on a fresh folder, with an account, a token and issues made through its rules. */
const config = readConfig({ env: process.env });
const app = await createApp(config);
await app.server.listen({ host: config.host, port: config.port });
const address = app.server.server.address();
if (address === null || typeof address === 'string') throw new Error('no port');
const url = `http://127.0.0.1:${address.port}`;
const facts = await prepareSite(app.site, url);
await addTokens(app.site, Number(process.env.TESSERA_BENCH_TOKENS ?? 0));
process.stdout.write(`ready ${url} ${JSON.stringify(facts)}\n`);
process.once('SIGTERM', async () => {
  await app.close();
  process.exit(0);
});
