import { Readable } from 'node:stream';

/** A body that is made while it is written, for answers that no memory should hold. */
export type StreamedBody = AsyncIterable<string | Buffer>;

export function isStreamed(body: unknown): body is StreamedBody {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** Ends with its reader: a client that goes away stops what makes the body. */
export function streamed(body: StreamedBody, onError: (error: unknown) => void): Readable {
  const readable = Readable.from(body, { objectMode: false });
  readable.on('error', (error: Error & { code?: string }) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') onError(error);
  });
  return readable;
}
