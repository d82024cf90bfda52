import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { violations } from './support/axe.ts';
import { useBrowser } from './support/browser.ts';
import { captchaAnswer, drawn } from './support/captcha.ts';
import { mailTo } from './support/mailbox.ts';
import { myself } from './support/rest.ts';
import { useSite } from './support/site.ts';

describe('a locked account on the sign-in page', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  const lock = async (name: string) => {
    for (let i = 0; i < 3; i++) await myself(site.current.url, name, 'wrong');
  };
  const signIn = async (page: Page, name: string, password: string) => {
    await page.getByLabel('E-mail or user name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const picture = (page: Page) => page.getByRole('img', { name: /distorted word/ });
  const shownPicture = async (page: Page) => {
    await picture(page).waitFor();
    // Drawn, so that the cookie that goes with it is there.
    await drawn(page);
    return picture(page).getAttribute('src');
  };

  it('asks for the word in the picture, keeps what was typed, and lets its owner in', async () => {
    await lock('fred');
    expect((await myself(site.current.url, 'fred', 'fred')).status).toBe(403);
    const page = await browser.visit(at('/sign-in'), { refusals: [401, 403] });
    await signIn(page, 'fred', 'fred');
    await page.getByRole('alert').getByText('Too many failed attempts. Type the word').waitFor();
    const word = page.getByLabel('Word in the picture');
    await word.and(page.locator(':focus')).waitFor();
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('fred');
    expect(await violations(page)).toEqual([]);

    const first = await shownPicture(page);
    await word.fill('WRONG');
    await page.keyboard.press('Enter');
    await page.getByText('That was not the word in the picture.').first().waitFor();
    expect(await shownPicture(page)).not.toBe(first);
    expect(await word.inputValue()).toBe('');
    expect(await page.getByLabel('E-mail or user name').inputValue()).toBe('fred');
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('fred');

    const second = await picture(page).getAttribute('src');
    await page.getByRole('button', { name: 'Another picture' }).click();
    expect(await shownPicture(page)).not.toBe(second);
    await page.waitForLoadState('networkidle');
    await word.fill((await captchaAnswer(site.current, page.context())).toLowerCase());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    expect((await myself(site.current.url, 'fred', 'fred')).status).toBe(200);
  });

  it('reads digits out to who cannot see the picture', async () => {
    await lock('wilma');
    const page = await browser.visit(at('/sign-in'), { refusals: [403] });
    await signIn(page, 'wilma', 'wilma');
    await shownPicture(page);
    await page.getByRole('button', { name: 'Play as sound' }).press('Enter');
    await page.getByText('Six digits are read out to you').waitFor();
    expect(await picture(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Play again' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    const digits = await captchaAnswer(site.current, page.context());
    expect(digits).toMatch(/^\d{6}$/);
    await page.getByLabel('The six digits').fill(digits);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
  });

  it('is opened again by the link in the mail to its owner, once', async () => {
    await lock('admin');
    expect((await myself(site.current.url, 'admin', 'admin')).status).toBe(403);
    const { code } = await mailTo(site.current, 'admin@example.com', /closed|locked/i);
    const page = await browser.visit(at(`/unlock#${code}`), { refusals: [400] });
    await page.waitForURL(at('/unlock'));
    expect((await myself(site.current.url, 'admin', 'admin')).status).toBe(403);
    await page.getByRole('button', { name: 'Unlock' }).press('Enter');
    await page.getByRole('heading', { name: 'You can sign in again' }).waitFor();
    expect((await myself(site.current.url, 'admin', 'admin')).status).toBe(200);

    await page.goto(at(`/unlock#${code}`));
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  });

  it('N1: asks alike for a name that nobody has', async () => {
    await lock('nobody-here');
    const page = await browser.visit(at('/sign-in'), { refusals: [403] });
    await signIn(page, 'nobody-here', 'whatever');
    await page.getByRole('alert').getByText('Too many failed attempts. Type the word').waitFor();
    await shownPicture(page);
  });

  it('says what helps when the picture does not any more, and how long to wait', async () => {
    const page = await browser.visit(at('/sign-in'), { refusals: [403, 429] });
    const answer = (status: number, headers: Record<string, string>) =>
      page.route('**/rest/tessera/1/session', (route) =>
        route.fulfill({ status, headers, body: JSON.stringify({ errorMessages: ['No.'], errors: {} }) }),
      );
    await answer(403, {});
    await signIn(page, 'fred', 'fred');
    await page.getByText('Signing in is closed for this name').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/link in the mail.*administrator.*24 hours/);
    expect(await violations(page)).toEqual([]);

    await page.unroute('**/rest/tessera/1/session');
    await answer(429, { 'Retry-After': '2' });
    await signIn(page, 'fred', 'fred');
    await page.getByText('Wait 2 seconds, then try again.').waitFor();
    expect(await page.getByRole('button', { name: /^Sign in/ }).isDisabled()).toBe(true);
    await page.unroute('**/rest/tessera/1/session');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
  });
});
