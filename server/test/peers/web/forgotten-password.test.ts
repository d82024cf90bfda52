import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { mailTo } from './support/mailbox.ts';
import { myself } from './support/rest.ts';
import { useSite } from './support/site.ts';

describe('a forgotten password', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;

  it('is replaced through a mailed link, which works once', async () => {
    const page = await browser.visit(at('/sign-in'), { refusals: [400] });
    await page.getByRole('link', { name: 'Forgot password?' }).click();
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    await page.getByLabel('E-mail or user name').fill('fred');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();

    const { code } = await mailTo(site.current, 'fred@example.com', /password/i);
    await page.goto(at(`/reset-password#${code}`));
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await page.waitForURL(at('/reset-password'));
    const password = page.getByLabel('New password', { exact: true });
    await password.fill('fredfredfredfredfred');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await password.and(page.locator('[aria-invalid=true]')).waitFor();
    await password.fill('copper kettle 47 on the stove');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
    expect((await myself(site.current.url, 'fred', 'copper kettle 47 on the stove')).status).toBe(200);

    await page.getByRole('link', { name: 'Sign in with the new password' }).click();
    await page.getByLabel('E-mail or user name').fill('fred');
    await page.getByLabel('Password', { exact: true }).fill('copper kettle 47 on the stove');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();

    await page.goto(at(`/reset-password#${code}`));
    await password.fill('another kettle 48 on the stove');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await page.getByRole('button', { name: 'Send me a new link' }).click();
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
  });

  it('N3: is answered alike for a name that nobody has', async () => {
    const page = await browser.visit(at('/reset-password'));
    const texts: string[] = [];
    for (const name of ['wilma', 'nobody']) {
      await page.getByLabel('E-mail or user name').fill(name);
      await page.getByRole('button', { name: 'Send the link' }).click();
      await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
      texts.push(((await page.getByRole('main').textContent()) ?? '').replaceAll(name, '…'));
      await page.getByRole('button', { name: 'Try another name' }).click();
    }
    expect(texts[1]).toBe(texts[0]);
  });

  it('is not replaced by a link that lost its end', async () => {
    const page = await browser.visit(at('/reset-password#abc'), { refusals: [400] });
    await page.getByLabel('New password', { exact: true }).fill('copper kettle 47 on the stove');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  });
});
