import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { templated } from '../../src/http/openapi.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/engines.ts';
import { startServer, useServer } from '../support/server.ts';

const server = useServer({ engine: engines[0]! });

const fetchDocument = async () => (await ask('GET', `${server.current.url}/rest/api/openapi.json`)).body;

test('the document is valid OpenAPI 3.1', async () => {
  const document = await fetchDocument();
  expect(document.openapi).toMatch(/^3\.1\./);
  const validator = new Validator();
  expect(await validator.validate(document)).toEqual({ valid: true });
});

test('every route stands in it, and nothing else', async () => {
  const { paths } = await fetchDocument();
  const documented = Object.entries<object>(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = server.current.app.routes.map(({ method, path }) => `${method} ${templated(path)}`);
  expect(routes.length).toBeGreaterThan(50);
  expect(documented.sort()).toEqual(routes.sort());
});

test('no operationId stands for two routes', async () => {
  const ids = operations(await fetchDocument()).map(({ operationId }) => operationId);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test('every reference leads somewhere', async () => {
  const document = await fetchDocument();
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
  expect(references.length).toBeGreaterThan(0);
  const dangling = new Set(references).difference(
    new Set(
      Object.entries<object>(document.components).flatMap(([kind, entries]) =>
        Object.keys(entries).map((name) => `#/components/${kind}/${name}`),
      ),
    ),
  );
  expect([...dangling]).toEqual([]);
});

test('every schema is one that JSON Schema 2020-12 knows', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const operation of operations(await fetchDocument())) {
    const bodies = [operation.requestBody ?? {}, ...Object.values<any>(operation.responses)];
    const schemas = [
      ...(operation.parameters ?? []).map((parameter: any) => parameter.schema),
      ...bodies.flatMap(({ content = {} }) => Object.values<any>(content).map(({ schema }) => schema)),
    ];
    for (const schema of schemas) expect(() => ajv.compile(schema), operation.operationId).not.toThrow();
  }
});

test('every variable of a path is a parameter, and the reverse', async () => {
  const { paths } = await fetchDocument();
  for (const [path, item] of Object.entries<object>(paths)) {
    const variables = [...path.matchAll(/{(\w+)}/g)].map((match) => match[1]!).sort();
    for (const operation of Object.values(item)) {
      const named = (operation.parameters ?? []).filter((parameter: any) => parameter.in === 'path');
      expect([path, named.map((parameter: any) => parameter.name).sort()]).toEqual([path, variables]);
    }
  }
});

test('each route says who may call it and with which scope', async () => {
  const document = await fetchDocument();
  for (const route of server.current.app.routes) {
    const operation = document.paths[templated(route.path)][route.method.toLowerCase()];
    const anonymous = operation.security.some((one: object) => Object.keys(one).length === 0);
    const credentials = operation.security.flatMap((one: object) => Object.keys(one)).sort();
    const door = route.access === 'anonymous-ok' || route.access === 'signed-in';
    expect([route.id, anonymous]).toEqual([route.id, route.access === 'anonymous-ok']);
    expect([route.id, credentials]).toEqual([route.id, door ? ['basic', 'bearer', 'session'] : []]);
    expect(operation['x-scope'] ?? null).toBe(route.scope);
  }
});

test('it says where the server is reached, context path included', async () => {
  const document = await fetchDocument();
  expect(document.servers).toEqual([{ url: server.current.url }]);
  const below = await startServer({
    engine: engines[0]!,
    env: { TESSERA_BASE_URL: 'http://localhost:2990/jira' },
  });
  try {
    const { body } = await ask('GET', `${below.url}/rest/api/openapi.json`);
    expect(body.servers).toEqual([{ url: 'http://localhost:2990/jira' }]);
    const { text } = await ask('GET', `${below.url}/rest/api/docs`);
    for (const [, address] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      expect(address).toMatch(/^\/jira\/rest\/api\//);
      expect((await ask('GET', new URL(address!, below.url).href)).status).toBe(200);
    }
  } finally {
    await below.stop();
  }
});

function operations(document: any): any[] {
  return Object.values<object>(document.paths).flatMap((item) => Object.values(item));
}
