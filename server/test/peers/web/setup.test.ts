import { describe, expect, it } from 'vitest';
import { violations } from './support/axe.ts';
import { picture, useBrowser } from './support/browser.ts';
import { useSite } from './support/site.ts';

describe('first start', () => {
  const site = useSite({ demo: false });
  const browser = useBrowser();

  it('leads every page to setting up, and asks for the printed link', async () => {
    const page = await browser.visit(`${site.current.url}/issues`);
    await page.waitForURL(/\/setup$/);
    await page.getByText('Open the one-time link that the server printed').waitFor();
  });

  it('refuses a link that was not printed', async () => {
    const page = await browser.visit(`${site.current.url}/setup?code=guessed`);
    await page.getByText('This link is not valid').waitFor();
  });

  it('creates the administrator by the printed link, once', async () => {
    const link = /\bhttp\S+\/setup\?code=\S+/.exec(site.current.output())?.[0] ?? '';
    const page = await browser.visit(link, { refusals: [400] });
    await page.getByLabel('E-mail').waitFor();
    await picture(page, 'setup.light.wide');
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Enter an e-mail address.').waitFor();
    await page.locator('input[type=email]:focus').waitFor();
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Your name').fill('Ada Minton');
    await page.getByLabel('User name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByLabel('Password again').fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('The password must have at least 15 characters.').waitFor();
    await page.locator('input[type=password][aria-invalid=true]:focus').waitFor();

    await page.getByLabel('Password', { exact: true }).fill('seven wet round stones');
    await page.getByLabel('Password again').fill('seven wet round stones');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.getByRole('link', { name: 'Users' }).waitFor();

    await page.goto(link);
    await page.getByText('has been set up already').waitFor();
  });
});
