import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { eachLook } from './support/looks.ts';
import { useSite } from './support/site.ts';

describe('watchers and votes of an issue', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;

  it('are changed by keyboard alone, for oneself', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'fred' });
    await page.getByRole('button', { name: /^Watchers: \d+/ }).focus();
    const before = await page.getByRole('button', { name: /^Watchers: / }).getAttribute('aria-label');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Watchers' });
    if (before?.includes('including you')) {
      await dialog.getByRole('button', { name: 'Stop watching' }).click();
    }
    await dialog.getByRole('button', { name: 'Watch this issue' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Watchers: \d+, including you$/ }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('are managed by who may, and look right', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'admin' });
    await page.getByRole('button', { name: /^Watchers: / }).click();
    const dialog = page.getByRole('dialog', { name: 'Watchers' });
    await dialog.getByPlaceholder('Add a watcher').fill('fred');
    await dialog.getByRole('option', { name: /Fred/ }).click();
    await dialog.getByRole('button', { name: 'Remove Fred Normal from the watchers' }).waitFor();
    await eachLook(page, 'watchers');
    await dialog.getByRole('button', { name: 'Remove Fred Normal from the watchers' }).click();
    await dialog
      .getByRole('button', { name: 'Remove Fred Normal from the watchers' })
      .waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Votes: / }).click();
    const votes = page.getByRole('dialog', { name: 'Votes' });
    await votes.waitFor();
    await eachLook(page, 'votes');
    expect(await votes.textContent()).not.toBe('');
  });
});
