import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { mailTo } from './support/mailbox.ts';
import { myself } from './support/rest.ts';
import { useSite } from './support/site.ts';

describe('sign-in and security', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  const me = (name: string, secret: string) => myself(site.current.url, name, secret);

  async function fill(page: Page, current: string, next: string): Promise<void> {
    await page.getByLabel('Current password', { exact: true }).fill(current);
    await page.getByLabel('New password', { exact: true }).fill(next);
    await page.getByRole('button', { name: 'Change password' }).click();
  }

  it('is reached from the account’s menu, and changes the password', async () => {
    const page = await browser.visit(at('/'), { as: 'fred', refusals: [400] });
    await page.getByRole('button', { name: 'Account of Fred Normal' }).click();
    await page.getByRole('menuitem', { name: 'Sign-in and security' }).click();
    await page.waitForURL(at('/account/security'));
    await page.getByText('At least 15 characters').waitFor();

    await fill(page, 'fred', 'too short');
    await page.getByText('9 of 15 characters so far').waitFor();
    const next = page.getByLabel('New password', { exact: true });
    await next.and(page.locator('[aria-invalid=true]:focus')).waitFor();

    await fill(page, 'not fred', 'copper kettle 47 on the stove');
    await page.getByText('The current password is wrong.').waitFor();
    expect(await next.inputValue()).toBe('copper kettle 47 on the stove');

    await fill(page, 'fred', 'copper kettle 47 on the stove');
    await page.getByText('Your password is changed.').waitFor();
    expect(await next.inputValue()).toBe('');
    expect((await me('fred', 'copper kettle 47 on the stove')).status).toBe(200);
    expect((await me('fred', 'fred')).status).toBe(401);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign-in and security' }).waitFor();
  });

  it('shows where one is signed in; ends one session, and all others', async () => {
    const page = await browser.visit(at('/account/security'), { as: 'admin' });
    const others: Page[] = [];
    for (let i = 0; i < 3; i++) {
      others.push(await browser.visit(at('/projects'), { as: 'admin', refusals: [401] }));
    }
    await page.reload();
    const row = page.getByRole('table', { name: 'Where you are signed in' }).locator('tbody tr');
    await row.nth(3).waitFor();
    expect(await row.count()).toBe(4);
    const own = row.filter({ hasText: 'This one' });
    expect(await own.textContent()).toMatch(/127\.0\.0\.1/);
    expect(await own.getByRole('button').count()).toBe(0);

    await page
      .getByRole('button', { name: /^End the session/ })
      .first()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    await row.nth(3).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
    await row.nth(1).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'End all others' }).first().waitFor({ state: 'detached' });
    for (const other of others) {
      await other.reload();
      await other.getByRole('link', { name: 'Sign in' }).first().waitFor();
    }
    await page.reload();
    await row.first().waitFor();
  });

  it('changes the e-mail once the mailed link was followed; the earlier one signs in until it is removed', async () => {
    const page = await browser.visit(at('/account/security'), { as: 'wilma', refusals: [400] });
    await page.getByRole('button', { name: 'Change e-mail' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('New e-mail').fill('wilma@bedrock.example');
    await dialog.getByLabel('Your password', { exact: true }).fill('wrong');
    await dialog.getByRole('button', { name: 'Send the link' }).click();
    await dialog.getByText('The current password is wrong.').waitFor();
    await dialog.getByLabel('Your password', { exact: true }).fill('wilma');
    await dialog.getByRole('button', { name: 'Send the link' }).click();
    const pending = page.getByRole('listitem').filter({ hasText: 'wilma@bedrock.example' });
    await pending.getByText('Waits for the link').waitFor();

    const { code } = await mailTo(site.current, 'wilma@bedrock.example', /./);
    await page.goto(at(`/verify-email#${code}`));
    // Opening it is not enough, so that a mail filter uses up nothing.
    await page.getByRole('button', { name: 'Confirm the address' }).waitFor();
    await page.waitForURL(at('/verify-email'));
    await page.getByRole('button', { name: 'Confirm the address' }).click();
    await page.getByRole('heading', { name: 'The address is confirmed' }).waitFor();
    expect(
      await page.evaluate('location.href + JSON.stringify([history.state, { ...sessionStorage }])'),
    ).not.toContain(code);

    await page.getByRole('link', { name: 'Your e-mail address' }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'wilma@bedrock.example' })
      .getByText('Verified')
      .waitFor();
    expect((await me('wilma@example.com', 'wilma')).status).toBe(200);
    await page.getByRole('button', { name: 'Remove wilma@example.com' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove address' }).click();
    await page.getByRole('button', { name: 'Remove wilma@example.com' }).waitFor({ state: 'detached' });
    expect((await me('wilma@example.com', 'wilma')).status).toBe(401);
    expect((await me('wilma@bedrock.example', 'wilma')).status).toBe(200);

    await page.goto(at(`/verify-email#${code}`));
    await page.getByRole('button', { name: 'Confirm the address' }).click();
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await page.getByRole('alert').getByText('used').waitFor();
  });
});
