import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { jsonType } from './error-response.ts';
import { type Headers, identityHeaders } from './response-headers.ts';

const answers: Readonly<Record<string, [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The header of the request is larger than this server takes (16 KiB).'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
};

/** Answers what Node's parser could not read, in our own shape; the connection ends with it. */
export function answerUnreadable(
  error: Error & { code?: string },
  socket: Socket,
  requestId: string,
  everywhere: Headers,
): void {
  // As Node's own handler: no second answer into the midst of one that has begun.
  const answering = (socket as { _httpMessage?: ServerResponse | null })._httpMessage;
  if (error.code === 'ECONNRESET' || !socket.writable || answering?.headersSent === true) {
    socket.destroy(error);
    return;
  }
  const [status, message] = answers[error.code ?? ''] ?? [400, 'The request is not valid HTTP.'];
  const body = JSON.stringify({ errorMessages: [message], errors: {} });
  const headers = {
    ...everywhere,
    ...identityHeaders(undefined),
    'X-AREQUESTID': requestId,
    'Content-Type': jsonType,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  // Not end(): whoever never closes its side would keep the connection.
  socket.destroySoon();
}
