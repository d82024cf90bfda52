import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface RawReply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/**
 * What HTTP clients never send by themselves, as it stands; `HOST` in it is the server's own. The reply is what has come
 * when the server closes the connection.
 */
export async function sendRaw(url: string, text: string): Promise<RawReply> {
  return parsed(await exchange(url, text));
}

/** The status of each answer that comes, in order, until the server closes the connection; `done`: we say no more. */
export async function answersTo(url: string, text: string, { done = false } = {}): Promise<number[]> {
  const received = await exchange(url, text, done);
  return [...received.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map((match) => Number(match[1]));
}

function exchange(url: string, text: string, done = false): Promise<string> {
  const { protocol, hostname, port } = new URL(url);
  const to = { host: hostname, port: Number(port) };
  return new Promise((resolve, reject) => {
    let received = '';
    const write = () => {
      socket.write(text.replaceAll('HOST', `${hostname}:${port}`), 'latin1');
      if (done) socket.end();
    };
    // A test's certificate is its own.
    const socket =
      protocol === 'https:' ? connectTls({ ...to, rejectUnauthorized: false }, write) : connect(to, write);
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk;
    });
    // A server that hangs up on us has said what it had to say.
    const failed = (error: Error & { code?: string }) =>
      error.code === 'ECONNRESET' ? undefined : reject(error);
    socket.on('error', failed).on('close', () => resolve(received));
  });
}

function parsed(received: string): RawReply {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const pairs = lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]);
  return {
    status: Number(first.split(' ')[1]),
    headers: new Map(pairs.map(([name, value]) => [name.toLowerCase(), value])),
    body: rest.join('\r\n\r\n'),
  };
}
