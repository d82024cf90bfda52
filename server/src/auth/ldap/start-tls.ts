import { once } from 'node:events';
import net from 'node:net';

const longestAnswer = 4096;

/** LDAPMessage 1: ExtendedRequest 1.3.6.1.4.1.1466.20037 (RFC 4511 §4.14). */
const request = Buffer.concat([
  Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]),
  Buffer.from('1.3.6.1.4.1.1466.20037'),
]);

/**
 * A connection whose next bytes are TLS's, or a throw. By hand, so that nothing but the one answer is ever read in clear
 * text: what somebody on the way put behind it could otherwise pass for an answer of the directory.
 */
export async function startTls(host: string, port: number, patienceMs: number): Promise<net.Socket> {
  const socket = net.connect({ host, port });
  const signal = AbortSignal.timeout(patienceMs);
  try {
    await once(socket, 'connect', { signal });
    socket.write(request);
    let answer = Buffer.alloc(0);
    while (!isWhole(answer)) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
      // What comes next waits in the kernel, for TLS.
      socket.pause();
      answer = Buffer.concat([answer, chunk]);
      if (!isWhole(answer)) socket.resume();
    }
    const code = resultCode(answer);
    if (code !== 0) throw new Error(`it refuses StartTLS (result ${code ?? 'unreadable'})`);
    return socket;
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw error;
  }
}

/** Whether it is one message to its end. Throws for more than one. */
function isWhole(bytes: Buffer): boolean {
  if (bytes.length > longestAnswer) throw new Error('its answer to StartTLS is too long');
  const header = lengthAt(bytes, 1);
  if (header === undefined) return false;
  const end = header.from + header.length;
  if (bytes.length > end) throw new Error('it went on in clear text after its answer to StartTLS');
  return bytes.length === end;
}

/** A definite length of BER and where its content begins; undefined: not there yet. */
function lengthAt(bytes: Buffer, at: number): { from: number; length: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { from: at + 1, length: first };
  const size = first - 0x80;
  if (size < 1 || size > 4) throw new Error('its answer to StartTLS cannot be read');
  if (bytes.length < at + 1 + size) return undefined;
  return { from: at + 1 + size, length: bytes.readUIntBE(at + 1, size) };
}

/** The result of the ExtendedResponse to message 1; undefined: it is something else. */
function resultCode(bytes: Buffer): number | undefined {
  const message = lengthAt(bytes, 1);
  if (bytes[0] !== 0x30 || message === undefined) return undefined;
  const { from } = message;
  if (!bytes.subarray(from, from + 4).equals(Buffer.from([0x02, 0x01, 0x01, 0x78]))) return undefined;
  const response = lengthAt(bytes, from + 4);
  if (response === undefined) return undefined;
  const [tag, size, code] = bytes.subarray(response.from);
  return tag === 0x0a && size === 1 ? code : undefined;
}
