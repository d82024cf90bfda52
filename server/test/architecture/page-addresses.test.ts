import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const quoted = (text: string) => [...text.matchAll(/'(\/[^']*)'/g)].map(([, path = '']) => path);
/** What a parameter is called is nobody's business. */
const plain = (path: string) => path.replace(/[:$][A-Za-z]+/g, ':');

it('the server sends the web app for exactly the addresses that its router knows', () => {
  const list = /const pagePaths = \[([^\]]*)\]/.exec(read('server/src/http/web-pages.ts'))?.[1] ?? '';
  const routes = [...read('web/src/router.tsx').matchAll(/\n {2}path: ('[^']*')/g)].map(
    ([, path = '']) => path,
  );
  const served = quoted(list).map(plain).sort();
  expect(served.length).toBeGreaterThan(15);
  expect(served).toEqual(quoted(routes.join()).map(plain).sort());
});
