import { describe, expect, it } from 'vitest';
import { violations } from './support/axe.ts';
import { picture, useBrowser } from './support/browser.ts';
import { useSite } from './support/site.ts';

describe('signing in', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;

  it('takes the user name and leads to the start page', async () => {
    const page = await browser.visit(at('/sign-in'));
    await page.getByLabel('E-mail or user name').fill('fred');
    await page.getByLabel('Password', { exact: true }).fill('fred');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.getByRole('button', { name: 'Account of Fred Normal' }).waitFor();
  });

  it('takes the e-mail, by keyboard alone, and goes back to where it was asked', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { refusals: [401] });
    await page.getByRole('heading', { name: 'Sign in to see this issue' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in to Tessera' }).waitFor();
    await page.keyboard.type('fred@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.type('fred');
    await page.keyboard.press('Enter');
    await page.waitForURL(at('/browse/QA-31'));
    await page.getByRole('button', { name: 'Edit the summary' }).waitFor();
  });

  it('refuses a wrong password in words that do not tell whether the account exists', async () => {
    const page = await browser.visit(at('/sign-in'), { refusals: [401] });
    const texts: string[] = [];
    for (const name of ['fred', 'nobody-of-this-name']) {
      await page.getByLabel('E-mail or user name').fill(name);
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Sign in' }).isEnabled();
      texts.push((await page.getByRole('alert').textContent()) ?? '');
      await page.locator('[name=password]:focus').waitFor();
    }
    expect(texts[0]).toContain('not right');
    expect(texts[1]).toBe(texts[0]);
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
  });

  it('never leads to another site', async () => {
    for (const evil of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example/',
      '/x/..//evil.example',
    ]) {
      const page = await browser.visit(at(`/sign-in?returnTo=${encodeURIComponent(evil)}`));
      await page.getByLabel('E-mail or user name').fill('fred');
      await page.getByLabel('Password', { exact: true }).fill('fred');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Home' }).waitFor();
      expect(new URL(page.url()).origin).toBe(new URL(site.current.url).origin);
    }
  });

  it('knows the address that Jira’s own sign-in page has', async () => {
    const page = await browser.visit(at('/login.jsp?os_destination=%2Fbrowse%2FPUB-1'));
    await page.getByLabel('E-mail or user name').fill('wilma');
    await page.getByLabel('Password', { exact: true }).fill('wilma');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(at('/browse/PUB-1'));
  });

  it('takes Jira’s form as well, and shows it again when it is refused', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.visit(at('/login.jsp'), { colorScheme, refusals: [404] });
      const post = (fields: Record<string, string>) =>
        page.evaluate((values) => {
          const form = document.body.appendChild(document.createElement('form'));
          form.method = 'post';
          form.action = 'login.jsp';
          for (const [name, value] of Object.entries(values)) {
            Object.assign(form.appendChild(document.createElement('input')), { name, value });
          }
          form.submit();
        }, fields);
      await post({ os_username: 'wilma', os_password: 'wrong', os_destination: '/browse/PUB-1' });
      await page.getByRole('alert').waitFor();
      await picture(page, `sign-in-form.${colorScheme}.wide`);
      expect(await violations(page)).toEqual([]);
      await page.getByLabel('Password').fill('wilma');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(at('/browse/PUB-1'));
      await page.getByRole('button', { name: 'Account of Wilma Stone' }).waitFor();
    }
  });

  it('remembers a browser that is asked to', async () => {
    const signIn = async (remember: boolean) => {
      const page = await browser.visit(at('/sign-in'));
      await page.getByLabel('E-mail or user name').fill('fred');
      await page.getByLabel('Password', { exact: true }).fill('fred');
      if (remember) await page.getByLabel('Remember me').check();
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Home' }).waitFor();
      // As when the browser is closed: what has no age is gone.
      const lasting = (await page.context().cookies()).filter(({ expires }) => expires > 0);
      await page.context().clearCookies();
      await page.context().addCookies(lasting);
      await page.reload();
      return page;
    };
    const forgotten = await signIn(false);
    await forgotten.getByRole('heading', { name: /^Welcome to/ }).waitFor();
    const remembered = await signIn(true);
    await remembered.getByRole('button', { name: 'Account of Fred Normal' }).waitFor();
    await remembered.goto(at('/account/security'));
    await remembered.getByRole('row', { name: /This one.*Remembered/ }).waitFor();
  });

  it('asks again when the session has ended, and goes on with what was being written', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'fred', refusals: [401] });
    await page.getByRole('button', { name: /^Write (a|the first) comment/ }).click();
    await page.getByLabel('New comment').fill('Not lost.');
    // The session ends where this page cannot notice.
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByText('Your session has ended').waitFor();
    await page.getByLabel('E-mail or user name').fill('fred');
    await page.getByLabel('Password', { exact: true }).fill('fred');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(at('/browse/QA-31'));
    await page.getByRole('button', { name: /^Write (a|the first) comment/ }).click();
    expect(await page.getByLabel('New comment').inputValue()).toBe('Not lost.');
  });

  it('signs out, and the back button shows nothing private', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'fred', refusals: [401] });
    await page.getByRole('button', { name: 'Account of Fred Normal' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('You have signed out').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in to see this issue' }).waitFor();
  });
});
