import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { violations } from './support/axe.ts';
import { useBrowser } from './support/browser.ts';
import { basic } from './support/rest.ts';
import { useSite } from './support/site.ts';

describe('administrator access', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  const exists = async (group: string) => {
    const reply = await fetch(at(`/rest/api/2/group?groupname=${encodeURIComponent(group)}`), {
      headers: basic('admin', 'admin'),
    });
    return reply.status === 200;
  };
  const access = (page: Page) => page.getByRole('region', { name: 'Administrator access' });
  const confirming = (page: Page) => page.getByRole('dialog', { name: 'Confirm your password' });
  const password = (page: Page) => confirming(page).locator('input[name=password], input[type=password]');

  /** On the page of groups, with a group typed in and its button pressed. */
  async function askForGroup(page: Page, name: string): Promise<void> {
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await page.keyboard.press('Enter');
    await confirming(page).waitFor();
  }

  it('is shown, and can be dropped; the password is asked for then, and what was begun goes on', async () => {
    const page = await browser.visit(at('/admin/groups'), { as: 'admin', refusals: [400, 401] });
    await access(page)
      .getByText(/You have administrator access until \d\d:\d\d\./)
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await access(page).getByRole('button', { name: 'Drop' }).press('Enter');
    await access(page).waitFor({ state: 'detached' });

    await askForGroup(page, 'confirmed');
    await password(page).and(page.locator(':focus')).waitFor();
    expect(await violations(page)).toEqual([]);
    for (let stop = 0; stop < 6; stop++) {
      await page.keyboard.press('Tab');
      expect(await confirming(page).locator(':focus').count()).toBe(1);
    }
    await password(page).fill('wrong');
    await password(page).press('Enter');
    await confirming(page).getByText('This is not the password of your account.').waitFor();
    await password(page).and(page.locator(':focus')).waitFor();
    expect(await exists('confirmed')).toBe(false);
    await page.keyboard.type('admin');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin\/groups\/confirmed$/);
    await access(page).waitFor();
    expect(await exists('confirmed')).toBe(true);
  });

  it('changes nothing when the password is not confirmed, and says so', async () => {
    const page = await browser.visit(at('/admin/groups'), { as: 'admin', refusals: [401] });
    await access(page).getByRole('button', { name: 'Drop' }).click();
    await access(page).waitFor({ state: 'detached' });
    await askForGroup(page, 'given up');
    await page.keyboard.press('Escape');
    await confirming(page).waitFor({ state: 'detached' });
    await page.getByRole('dialog').getByText('which you have not confirmed. Nothing was changed.').waitFor();
    await page.locator('[role=dialog] :focus').waitFor();
    expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('given up');
    expect(await exists('given up')).toBe(false);
  });

  it('does not ask once the person has gone elsewhere', async () => {
    const page = await browser.visit(at('/admin/passwords'), { as: 'admin', refusals: [401] });
    await access(page).getByRole('button', { name: 'Drop' }).click();
    await access(page).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save' }).click();
    await confirming(page).waitFor();
    await page.goto(at('/projects'));
    await page.goBack();
    await page.getByRole('heading', { name: 'Passwords', level: 1 }).waitFor();
    expect(await confirming(page).count()).toBe(0);
  });
});
