import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { violations } from './support/axe.ts';
import { picture, useBrowser } from './support/browser.ts';
import { useSite } from './support/site.ts';

/** As if the way to the server were broken there; returns its repair. */
async function breakDown(page: Page, path: string, requestId: string): Promise<() => Promise<void>> {
  await page.route(path, (route) =>
    route.fulfill({
      status: 500,
      headers: { 'Content-Type': 'application/json', 'X-AREQUESTID': requestId },
      body: JSON.stringify({ errorMessages: ['Internal server error'], errors: {} }),
    }),
  );
  return () => page.unroute(path);
}

describe('failures', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;

  it('name the request, and can be tried again', async () => {
    const page = await browser.visit(at('/projects'), { as: 'fred', refusals: [500] });
    const repair = await breakDown(page, '**/rest/api/2/search', '17x4x2');
    await page.getByRole('link', { name: 'Issues' }).click();
    await page.getByRole('heading', { name: 'This could not be loaded' }).waitFor();
    expect(await page.getByRole('main').textContent()).toContain('17x4x2');
    await picture(page, 'failure.light.wide');
    expect(await violations(page)).toEqual([]);
    await repair();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('tbody tr').first().waitFor();
  });

  it('of the first request of all leave a page that can be tried again', async () => {
    const page = await browser.visit(at('/projects'), { as: 'fred', refusals: [500] });
    const repair = await breakDown(page, '**/rest/tessera/1/session', '17x5x1');
    await page.reload();
    await page.getByRole('heading', { name: 'Tessera could not open this page' }).waitFor();
    expect(await page.getByRole('main').textContent()).toContain('17x5x1');
    await repair();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();
  });

  it('of a change keep what was written', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'fred', refusals: [500] });
    const repair = await breakDown(page, '**/rest/api/2/issue/QA-31/comment', '17x6x1');
    await page.getByRole('button', { name: /^Write (a|the first) comment/ }).click();
    await page.getByLabel('New comment').fill('Once more, with feeling.');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByText('17x6x1').waitFor();
    await repair();
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByRole('tabpanel').getByRole('listitem').getByText('Once more, with feeling.').waitFor();
  });

  it('never show one person what another tab’s person may not see', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'fred', refusals: [403] });
    await page.getByRole('button', { name: 'Edit the summary' }).waitFor();
    const origin = new URL(site.current.url).origin;
    await page.context().request.post(at('/rest/tessera/1/session'), {
      data: { username: 'wilma', password: 'wilma' },
      headers: { Origin: origin },
    });
    // Coming back to the tab.
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
    await page.getByRole('button', { name: 'Account of Wilma Stone' }).waitFor();
    await page.getByRole('heading', { name: 'You may not see this issue' }).waitFor();
  });
});
