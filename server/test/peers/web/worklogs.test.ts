import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { eachLook } from './support/looks.ts';
import { useSite } from './support/site.ts';

describe('the work log of an issue', () => {
  const site = useSite();
  const browser = useBrowser();

  it('takes work by keyboard, tells what was wrong with it, and looks right', async () => {
    const page = await browser.visit(`${site.current.url}/browse/QA-31`, { as: 'fred', refusals: [400] });
    await page.getByRole('tab', { name: /^Work log/ }).click();
    await page.getByRole('button', { name: 'Log work' }).click();
    const dialog = page.getByRole('dialog', { name: 'Log work' });
    await dialog.getByLabel('Time spent').waitFor();
    await page.keyboard.type('a while');
    await page.keyboard.press('Enter');
    await dialog.getByText('Invalid time duration entered.').waitFor();
    await dialog.getByLabel('Time spent').fill('3h 30m');
    await dialog.getByLabel('Time remaining').fill('1d');
    await dialog.getByLabel('What was done').fill('Read the exports of March');
    await eachLook(page, 'log-work');
    await dialog.getByRole('button', { name: 'Log work' }).click();
    await page.getByText('Read the exports of March').waitFor();
    const details = page.getByRole('complementary', { name: 'Details' });
    // The details are read anew once the work is saved.
    await details.getByText('3h 30m', { exact: true }).waitFor();
    const text = await details.textContent();
    expect(text).toContain('Spent3h 30m');
    expect(text).toContain('Remaining1d');
    await page.getByText('Read the exports of March').scrollIntoViewIfNeeded();
    await eachLook(page, 'worklogs');
    await page.getByRole('button', { name: /^Delete the 3h 30m of / }).click();
    await page.getByRole('button', { name: 'Delete worklog' }).click();
    await page.getByText('Nobody has logged work.').waitFor();
  });
});
