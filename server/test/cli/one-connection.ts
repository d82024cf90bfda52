import { type IncomingHttpHeaders, request } from 'node:http';

export interface OneAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** undefined: it is none, or no JSON. */
  readonly body: any;
}

/** A request on a connection of its own: of several workers, any may get it. Rejects when it breaks. */
export function onOwnConnection(
  method: string,
  url: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<OneAnswer> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(
      url,
      {
        method,
        agent: false,
        headers: {
          ...headers,
          ...(sent === undefined
            ? {}
            : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent) }),
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.once('error', reject);
        incoming.once('end', () => {
          const isJson = incoming.headers['content-type']?.includes('json') === true;
          const parsed = text === '' || !isJson ? undefined : JSON.parse(text);
          resolve({ status: incoming.statusCode!, headers: incoming.headers, body: parsed });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(sent);
  });
}

/** The part of X-AREQUESTID that every process makes up for itself. */
export const processOf = ({ headers }: OneAnswer): string =>
  String(headers['x-arequestid']).split('x').at(-1)!;
