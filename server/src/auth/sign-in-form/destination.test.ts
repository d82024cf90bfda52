import { describe, expect, test } from 'vitest';
import { safeDestination } from './destination.ts';

const base = 'https://issues.example.com/jira';

/** Hosts, and everything that a reader has taken for the start of one. */
const hosts = [
  'evil.example',
  'evil.example:443',
  'issues.example.com@evil.example',
  'xn--vil-fka.example',
  'еvil.example',
  '[::1]',
  '2130706433',
];
const leads = [
  'https://',
  'http://',
  '//',
  '///',
  '////',
  '\\\\',
  '/\\',
  '\\/',
  '/\\/',
  'https:',
  'https:/',
  'https:\\\\',
  'HTTPS://',
  '/\t/',
  '/%09/',
  '/%0a/',
  '/%0d/',
  '\t//',
  ' //',
  '/ /',
  '/%20/',
  '/%2f',
  '/%2F/',
  '/%5c',
  '/%5C/',
  '/%252f',
  '/%25252f',
  '/%00/',
  '/.//',
  '/..//',
  '/./\\',
  '/../\\',
  '/%2e//',
  '/%2e%2e//',
  '/;//../..//',
  '/\u00a0/',
  '/\u2028/',
  '/\u200b/',
  '/\ufeff/',
  'javascript://',
  'data:text/html,',
  'ftp://',
  'ws://',
  'blob:https://',
  '?//',
  '#//',
  '.',
  '@',
  ':',
  '/\u0000/',
];
const hostile = leads.flatMap((lead) => hosts.map((host) => `${lead}${host}`));
const more = [
  '',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:,x',
  'vbscript:x',
  'mailto:x@evil.example',
  '\r\nLocation: //evil.example',
  '/x\r\nSet-Cookie: a=b',
  '/x%0d%0aSet-Cookie:%20a=b',
  '/%',
  '/%zz',
  '/%c0%af/evil.example',
  '/\ud800',
  `/${'x'.repeat(3000)}`,
];

/** As a browser would follow it from the sign-in page. */
const landing = (location: string) => new URL(location, `${base}/login.jsp`);

describe('S8: os_destination', () => {
  test(`S8, 76: none of ${hostile.length + more.length} hostile ones leaves this host`, () => {
    expect(hostile.length + more.length).toBeGreaterThanOrEqual(200);
    for (const payload of [...hostile, ...more]) {
      const location = safeDestination(payload, base);
      expect([payload, landing(location).origin]).toEqual([payload, 'https://issues.example.com']);
      expect([payload, /^\/jira(\/|$|\?)/.test(location)]).toEqual([payload, true]);
      // Nor for who decodes once more, or takes two slashes for a host.
      let decoded = location;
      for (let round = 0; round < 4; round++) decoded = decodeURIComponent(decoded);
      expect([payload, /^\/[/\\]|[\\\p{Cc}]/u.test(decoded)]).toEqual([payload, false]);
    }
  });

  test.each([
    [undefined, '/jira/'],
    ['/browse/QA-1', '/jira/browse/QA-1'],
    ['/jira/browse/QA-1', '/jira/browse/QA-1'],
    ['/issues?jql=project%20%3D%20QA#top', '/jira/issues?jql=project%20%3D%20QA#top'],
    ['/browse/Ü-1', '/jira/browse/%C3%9C-1'],
    ['/a/../browse/QA-1', '/jira/browse/QA-1'],
    ['browse/QA-1', '/jira/'],
  ])('%s leads to %s', (wanted, location) => {
    expect(safeDestination(wanted, base)).toBe(location);
  });

  test('without a context path', () => {
    expect(safeDestination('/browse/QA-1', 'http://127.0.0.1:8080')).toBe('/browse/QA-1');
    expect(safeDestination('//evil.example', 'http://127.0.0.1:8080')).toBe('/');
  });
});
