import { DatabaseSync } from 'node:sqlite';
import Fastify from 'fastify';

/**
 * The physical reference: one bare Fastify route, and one prepared node:sqlite read behind another. What
 * Tessera adds to the first is what its features cost.
 */
const server = Fastify({ logger: false });
const schema = { response: { 200: { type: 'object', properties: { ok: { type: 'boolean' } } } } };
server.get('/bare', { schema }, async () => ({ ok: true }));

const database = new DatabaseSync(':memory:');
database.exec("create table t (id integer primary key, name text); insert into t values (1, 'one')");
const read = database.prepare('select id, name from t where id = ?');
server.get('/read', async () => read.get(1));

await server.listen({ host: '127.0.0.1', port: 0 });
const address = server.server.address();
if (address === null || typeof address === 'string') throw new Error('no port');
process.stdout.write(`ready http://127.0.0.1:${address.port}\n`);
process.once('SIGTERM', () => process.exit(0));
