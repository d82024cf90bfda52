import net from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Provider } from '../single-sign-on/provider.ts';
import { withDirectory } from './connection.ts';
import { DirectoryUnavailable } from './directory-unavailable.ts';
import { filters } from './filters.ts';
import { wholeMessages } from './whole-messages.ts';

/** Answers to the messages 2 and 3: the library counts from 2. */
const bound = Buffer.from('300c02010261070a010004000400', 'hex');
/** One entry with one attribute, and the end of the search. */
const found = Buffer.from(
  '301c02010364170405' + '7569643d61' + '300e300c0403' + '756964' + '310504036162' + '63',
  'hex',
);
const ended = Buffer.from('300c02010365070a010004000400', 'hex');

test('messages come whole, however the bytes were cut', () => {
  const all = Buffer.concat([bound, found, ended]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: all.length }), { maxLength: 8 }), (cuts) => {
      const parted = wholeMessages();
      const at = [0, ...cuts.sort((a, b) => a - b), all.length];
      const messages = at.slice(1).flatMap((end, n) => parted(all.subarray(at[n], end)));
      expect(messages.map((one) => one.toString('hex'))).toEqual(
        [bound, found, ended].map((one) => one.toString('hex')),
      );
    }),
  );
});

test('lengths that do not fit into each other are refused, however they came to be', () => {
  for (const hex of [
    '300c02010161070a010004590400',
    '300c02010e61070a010004570400',
    '3080020101',
    '3005020101610a',
    '0403616263',
  ]) {
    expect(() => wholeMessages()(Buffer.from(hex, 'hex'))).toThrow();
  }
  expect(() => wholeMessages()(Buffer.from('3084ffffffff', 'hex'))).toThrow('too long');
});

/** Changed bytes of good answers: where, and what they become. */
const changes = fc.array(fc.tuple(fc.nat(59), fc.nat(255)), { minLength: 1, maxLength: 4 });

test('whatever a directory sends, it is an answer or a DirectoryUnavailable, and takes no time', async () => {
  let answers: readonly Buffer[] = [];
  const server = net.createServer((socket) => {
    let turn = 0;
    let end: NodeJS.Timeout | undefined;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      socket.write(answers[Math.min(turn++, 1)]!);
      clearTimeout(end);
      end = setTimeout(() => socket.destroy(), 50);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const settings = { url: `ldap://127.0.0.1:${port}`, baseDn: 'o=x', flavour: 'openLdap' };
  const provider = { name: 'Corp', sealed: null, settings } as unknown as Provider;
  const parts = await filters();
  const attempt = async () => {
    try {
      return await withDirectory({} as never, provider, (directory) =>
        directory.search('o=x', { filter: parts.equals('uid', 'abc'), attributes: ['uid'], most: 2 }),
      );
    } catch (error) {
      expect(error).toBeInstanceOf(DirectoryUnavailable);
      return undefined;
    }
  };
  answers = [bound, Buffer.concat([found, ended])];
  expect((await attempt())?.map(({ dn }) => dn)).toEqual(['uid=a']);
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), async (list, first) => {
      const changed = Buffer.concat(first ? [bound] : [found, ended]);
      for (const [at, to] of list) changed[at % changed.length] = to;
      answers = first ? [changed, Buffer.concat([found, ended])] : [bound, changed];
      await attempt();
    }),
    { numRuns: 150 },
  );
  server.close();
});
