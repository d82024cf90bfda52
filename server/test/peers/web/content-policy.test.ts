import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { useSite } from './support/site.ts';

const stopped = /Content Security Policy|X-Frame-Options|frame-ancestors/;

describe('the content security policy', () => {
  const site = useSite();
  const browser = useBrowser();

  it('S7: runs nothing that was smuggled into a page, not even a script of this site', async () => {
    const page = await browser.visit(`${site.current.url}/projects`, { as: 'fred', expected: stopped });
    await page.evaluate(smuggle);
    const stops = () => page.evaluate('[...stops].sort()');
    await expect.poll(stops).toEqual(['base-uri', 'script-src-attr', 'script-src-elem', 'style-src-elem']);
    expect(await page.evaluate('seen')).toEqual([]);
    expect(await page.evaluate('document.baseURI')).toBe(page.url());
    expect(await page.locator('h1').first().isVisible()).toBe(true);
  });

  it.each(['/sign-in', '/login.jsp', '/admin/users', '/logout', '/rest/api/docs', '/rest/api/2/serverInfo'])(
    'H7: %s is shown in no frame, not even on a page of this site',
    async (path) => {
      const page = await browser.visit(`${site.current.url}/projects`, { as: 'admin', expected: stopped });
      const shown = await page.evaluate(
        (src) =>
          new Promise<string | undefined>((resolve) => {
            const frame = document.createElement('iframe');
            // A frame that was refused holds a page of the browser's own, which is nobody's to read.
            frame.onload = () => resolve(frame.contentDocument?.documentElement.outerHTML);
            frame.src = src;
            document.body.append(frame);
          }),
        path,
      );
      expect(shown).toBeUndefined();
    },
  );
});

/** Every way to get something of one's own to run; `seen` is what did, `stops` what the policy said no to. */
function smuggle(): void {
  const seen: string[] = [];
  const stops = new Set<string>();
  Object.assign(globalThis, { seen, stops });
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    stops.add(effectiveDirective);
  });
  const inline = document.createElement('script');
  inline.textContent = 'seen.push("inline")';
  const own = document.createElement('script');
  own.src = '/color-scheme.js';
  own.onload = () => seen.push('a file of this site');
  const markup = document.createElement('div');
  markup.innerHTML =
    '<img src="data:," onerror="seen.push(\'handler\')"><a href="javascript:seen.push(1)">x</a>';
  const style = document.createElement('style');
  style.textContent = 'h1 { display: none !important }';
  const base = document.createElement('base');
  base.href = 'https://evil.example/';
  document.body.append(inline, own, markup, style);
  document.head.append(base);
  markup.querySelector('a')?.click();
}
