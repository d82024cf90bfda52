import { connect } from 'node:net';

export interface RawReply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/**
 * What HTTP clients never send by themselves, as it stands; `HOST` in it is the server's own. The reply is what has come
 * when the server closes the connection.
 */
export function sendRaw(url: string, text: string | Buffer): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  const bytes = typeof text === 'string' ? text.replaceAll('HOST', `${hostname}:${port}`) : text;
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(parsed(received)));
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
