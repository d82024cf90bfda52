import { Type } from 'typebox';
import { NotFound } from '../errors.ts';
import { openApiDocument } from './openapi.ts';
import { docsAsset, docsPage, docsPageHeaders } from './openapi-page.ts';
import { makeNonce } from './response-headers.ts';
import { Answer, type Route, route } from './route.ts';

const common = { method: 'GET', tag: 'Documentation', access: 'no-door', scope: null } as const;

/** `routes`: every route of the server, these included; asked for at the first request, not at start. */
export function openApiRoutes(routes: () => readonly Route[], version: string): Route[] {
  let document: string | undefined;
  const text = (base: string): string => {
    document ??= JSON.stringify(openApiDocument(routes(), version));
    return `${document.slice(0, -1)},"servers":${JSON.stringify([{ url: base }])}}`;
  };
  return [
    route({
      ...common,
      path: '/rest/api/openapi.json',
      id: 'getOpenApiDocument',
      summary: 'This description, as an OpenAPI 3.1 document',
      responses: { 200: Type.Object({ openapi: Type.String() }) },
      handle: async ({ wire }) =>
        new Answer(200, text(wire.base), {
          'Content-Type': 'application/json;charset=UTF-8',
          'Cache-Control': 'no-cache',
        }),
    }),
    route({
      ...common,
      path: '/rest/api/docs',
      id: 'getDocumentationPage',
      summary: 'This description, to browse and try',
      responses: { 200: Type.String() },
      produces: 'text/html',
      handle: async ({ contextPath }) => {
        const nonce = makeNonce();
        return new Answer(200, docsPage(contextPath, version, nonce), docsPageHeaders(nonce));
      },
    }),
    route({
      ...common,
      path: '/rest/api/docs/:version/:file',
      id: 'getDocumentationAsset',
      summary: 'A file of the documentation page',
      params: Type.Object({ version: Type.String(), file: Type.String() }),
      responses: { 200: Type.Unknown() },
      produces: '*/*',
      handle: async ({ params, contextPath }) => {
        const asset = await docsAsset(params.file, contextPath);
        if (asset === undefined) throw new NotFound('There is no such file.');
        return new Answer(200, asset.gzipped, {
          'Content-Type': asset.type,
          'Content-Encoding': 'gzip',
          // The version is part of the address.
          'Cache-Control': 'public, max-age=31536000, immutable',
        });
      },
    }),
  ];
}
