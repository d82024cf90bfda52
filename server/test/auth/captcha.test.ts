import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { showCaptcha, spendCaptcha } from '../../src/auth/captcha/captcha.ts';
import { drawWord } from '../../src/auth/captcha/picture.ts';
import { speakDigits } from '../../src/auth/captcha/sound.ts';
import { makeWord } from '../../src/auth/captcha/word.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

const visit = { secure: false, contextPath: '', cookieHeader: undefined, address: '192.0.2.1' };
const cookieOf = (setCookie: string) => setCookie.split(';')[0]!;

describe.each(engines)('the CAPTCHA on %s', (engine) => {
  const server = useServer({ engine });
  const show = (from: { address?: string; cookieHeader?: string } = {}) =>
    showCaptcha(server.current.app.site, 'picture', { ...visit, ...from });
  const spend = (cookie: string | undefined, typed: string) =>
    spendCaptcha(server.current.app.site, cookie, typed);

  test('is a picture that is never kept, tied to the visitor by a cookie that scripts cannot read', async () => {
    const response = await fetch(`${server.current.url}/captcha?x=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^tessera\.captcha=tsc_\w{49}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=300$/,
    );
    const png = Buffer.from(await response.arrayBuffer());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect((await ask('HEAD', `${server.current.url}/captcha`)).text).toBe('');
  });

  test('takes the answer once, whatever its letter case and spaces', async () => {
    const { answer, cookie } = await show();
    expect(await spend(cookieOf(cookie), ` ${answer.toLowerCase().split('').join(' ')} `)).toBe(true);
    expect(await spend(cookieOf(cookie), answer)).toBe(false);
  });

  test('a wrong answer uses it up as well', async () => {
    const { answer, cookie } = await show();
    expect(await spend(cookieOf(cookie), `${answer}X`)).toBe(false);
    expect(await spend(cookieOf(cookie), answer)).toBe(false);
  });

  test('of twenty right answers at once one counts', async () => {
    const { answer, cookie } = await show();
    const taken = await Promise.all(Array.from({ length: 20 }, () => spend(cookieOf(cookie), answer)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('ends after five minutes', async () => {
    const one = await show();
    server.current.clock.advance(5 * 60_000 - 1);
    expect(await spend(cookieOf(one.cookie), one.answer)).toBe(true);
    const other = await show();
    server.current.clock.advance(5 * 60_000);
    expect(await spend(cookieOf(other.cookie), other.answer)).toBe(false);
  });

  test('belongs to the visitor who saw it', async () => {
    const mine = await show();
    const theirs = await show();
    expect(await spend(cookieOf(theirs.cookie), mine.answer)).toBe(false);
    expect(await spend(undefined, mine.answer)).toBe(false);
    expect(await spend('tessera.captcha=tsc_0', mine.answer)).toBe(false);
    expect(await spend(`${cookieOf(mine.cookie)}; ${cookieOf(theirs.cookie)}`, mine.answer)).toBe(false);
  });

  test('a new picture voids the older one', async () => {
    const older = await show();
    const newer = await show({ cookieHeader: cookieOf(older.cookie) });
    expect(await spend(cookieOf(older.cookie), older.answer)).toBe(false);
    expect(await spend(cookieOf(newer.cookie), newer.answer)).toBe(true);
  });

  test('an address has so many pictures open and no more', async () => {
    const shown = [];
    for (let n = 0; n < 40; n++) shown.push(await show({ address: '198.51.100.9' }));
    const rows = await server.current.app.site.db
      .selectFrom('captchas')
      .selectAll()
      .where('address', '=', '198.51.100.9')
      .execute();
    expect(rows).toHaveLength(30);
    expect(await spend(cookieOf(shown.at(-1)!.cookie), shown.at(-1)!.answer)).toBe(true);
  });

  test('what is stored does not tell the answer', async () => {
    const { answer, cookie } = await show();
    const rows = await server.current.app.site.db.selectFrom('captchas').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(answer);
    expect(JSON.stringify(rows)).not.toContain(cookie.slice(16, 40));
  });

  test('an answer longer than any is wrong', async () => {
    const { answer, cookie } = await show();
    expect(await spend(cookieOf(cookie), answer + ' '.repeat(10_000))).toBe(false);
  });

  test('its sound is heard three times in five minutes, answered or not', async () => {
    const hear = () => fetch(`${server.current.url}/captcha.wav`);
    for (let n = 0; n < 3; n++) {
      const response = await hear();
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/wav']);
      await spend(cookieOf(response.headers.getSetCookie()[0]!), '000000');
    }
    const fourth = await hear();
    expect(fourth.status).toBe(429);
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0);
    server.current.clock.advance(5 * 60_000);
    expect((await hear()).status).toBe(200);
  });
});

describe('what the CAPTCHA is made of', () => {
  let png: Buffer;
  beforeAll(() => {
    png = drawWord(makeWord());
  });

  test('a grey PNG of 300 by 100', () => {
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([300, 100]);
    const length = png.readUInt32BE(33);
    expect(inflateSync(png.subarray(41, 41 + length))).toHaveLength(301 * 100);
  });

  test('never the same twice', () => {
    expect(drawWord('BADEGU').equals(drawWord('BADEGU'))).toBe(false);
    expect(speakDigits('123456').equals(speakDigits('123456'))).toBe(false);
  });

  test('a WAV of some seconds', () => {
    const wav = speakDigits('904217');
    expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
    expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
    expect(wav.length / 8000).toBeGreaterThan(3);
  });
});
