import { operation } from './openapi-operation.ts';
import type { Route } from './route.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: Readonly<Record<string, unknown>>;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: Readonly<Record<string, object>>;
}

const description = `**Sign in** over REST with your account e-mail (or user name) and an API token, as Basic or, the token alone, as Bearer. \
An account's password does as well while the site allows it, and so does the cookie of a session. \
A credential that is sent and wrong is refused with 401; it never counts as no credential.

**Paths** under \`/rest/api/2\` and \`/rest/auth/1\` are also served under \`latest\` in place of the number, \
and those without rich text under \`/rest/api/3\`.

**Refusals** are JSON with \`errorMessages\` and, by field, \`errors\`.`;

/** The OpenAPI document of the route table. Pure; where the server is reached is added by who serves it. */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = templated(route.path);
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tessera',
      version,
      summary: "A self-hosted issue tracker that speaks Jira's REST API",
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [...new Set(routes.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths,
    components: { securitySchemes, schemas, responses },
  };
}

/** `/issue/:key` → `/issue/{key}` */
export function templated(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
}

const securitySchemes = {
  basic: {
    type: 'http',
    scheme: 'basic',
    description:
      'Account e-mail or user name, and an API token (or, while the site allows it, the password).',
  },
  bearer: { type: 'http', scheme: 'bearer', description: 'An API token.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'JSESSIONID',
    description: 'A session opened with POST /rest/auth/1/session; changes also need an Origin of this site.',
  },
};

const schemas = {
  ErrorCollection: {
    type: 'object',
    required: ['errorMessages', 'errors'],
    properties: {
      errorMessages: { type: 'array', items: { type: 'string' } },
      errors: {
        type: 'object',
        description: 'What is wrong, by field.',
        additionalProperties: { type: 'string' },
      },
    },
  },
  Refusal: {
    type: 'object',
    required: ['message', 'status-code'],
    properties: { message: { type: 'string' }, 'status-code': { type: 'integer' } },
  },
};

const refused = (description: string, ...names: (keyof typeof schemas)[]) => {
  const references = names.map((name) => ({ $ref: `#/components/schemas/${name}` }));
  const schema = references.length === 1 ? references[0]! : { anyOf: references };
  return { description, content: { 'application/json': { schema } } };
};

const responses = {
  BadRequest: refused('Something in the request is wrong; `errors` names the fields.', 'ErrorCollection'),
  Unauthorized: refused('The credential is wrong, or one is needed.', 'ErrorCollection', 'Refusal'),
  Forbidden: refused('Whoever asks may not do this.', 'ErrorCollection'),
  NotFound: refused('It does not exist, or whoever asks may not see it.', 'ErrorCollection'),
  Refused: refused('Any other refusal.', 'ErrorCollection', 'Refusal'),
};
