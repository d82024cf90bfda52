import { describe, expect, it } from 'vitest';
import { picture, useBrowser } from './web/support/browser.ts';
import { useSite } from './web/support/site.ts';

/** useBrowser fails on whatever the content security policy stops, and on any foreign host. */
describe.each(['', '/jira'])('the page that documents the API, below %j', (contextPath) => {
  const site = useSite({ contextPath });
  const browser = useBrowser();
  const docs = () => `${site.current.url}/rest/api/docs`;

  it.each(['light', 'dark'] as const)('lists the operations, %s', async (colorScheme) => {
    const page = await browser.visit(docs(), { colorScheme });
    await page.getByRole('heading', { name: /^Issues/ }).waitFor();
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(28, 32, 34)' : 'rgb(255, 255, 255)');
    await picture(page, `api-docs-${colorScheme}`);
  });

  it('tries one out as whoever is signed in', async () => {
    const page = await browser.visit(docs(), { as: 'fred' });
    await page.locator('#operations-tag-Users').click();
    await page.getByText('/rest/api/2/myself', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.getByText('"emailAddress": "fred@example.com"').waitFor();
  });
});
