import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

export interface InnerRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface InnerAnswer {
  readonly status: number;
  readonly body: string;
  readonly location: string | undefined;
  readonly headers: ReturnType<ServerResponse['getHeaders']>;
}

/**
 * Asks a Node request handler without a connection. So what oidc-provider answers goes through our own routes: one door,
 * one set of headers, and nothing of a request reaches it but what we hand on.
 */
export function dispatch(
  listener: RequestListener,
  mountedAt: string,
  { method, target, headers, body }: InnerRequest,
): Promise<InnerAnswer> {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  request.url = target;
  // What Express tells of a handler that is mounted below the root.
  Object.assign(request, { baseUrl: mountedAt });
  request.httpVersion = '1.1';
  const bytes = body === undefined ? undefined : Buffer.from(body);
  request.headers = {
    ...headers,
    ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
  };
  if (bytes !== undefined) request.push(bytes);
  request.push(null);
  const response = new ServerResponse(request);
  return new Promise((resolve) => {
    response.end = ((chunk?: string | Buffer) => {
      const location = response.getHeader('location');
      resolve({
        status: response.statusCode,
        body: typeof chunk === 'function' ? '' : (chunk?.toString() ?? ''),
        location: typeof location === 'string' ? location : undefined,
        headers: response.getHeaders(),
      });
      return response;
    }) as ServerResponse['end'];
    listener(request, response);
  });
}
