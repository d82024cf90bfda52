import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { useSite } from './support/site.ts';

describe('the keyboard', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;

  it('skips to the content with its first stop', async () => {
    const page = await browser.visit(at('/projects'), { as: 'fred' });
    await page.locator('tbody tr').first().waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Skip to the content' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('main:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.locator('main a:focus').waitFor();
  });

  it('arrives at the heading of the page it went to, whose title tells where it is', async () => {
    const page = await browser.visit(at('/projects'), { as: 'fred' });
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.locator('h1:focus', { hasText: 'API tokens' }).waitFor();
    expect(await page.title()).toMatch(/^API tokens · /);
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.locator('h1:focus', { hasText: 'Issues' }).waitFor();
  });

  it('stays inside an open dialog, and returns to what opened it', async () => {
    const page = await browser.visit(at('/profile/tokens'), { as: 'fred' });
    const opener = page.getByRole('main').getByRole('button', { name: 'Create token' });
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('Label').and(page.locator(':focus')).waitFor();
    for (let stop = 0; stop < 8; stop++) {
      await page.keyboard.press('Tab');
      expect(await page.locator('[role=dialog] :focus').count()).toBe(1);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await opener.and(page.locator(':focus')).waitFor();
  });

  it('acts by no single key where text is typed, nor at all once that is switched off', async () => {
    const page = await browser.visit(at('/issues'), { as: 'fred' });
    await page.getByLabel('Words in the issue').fill('');
    await page.getByLabel('Words in the issue').press('c');
    expect(await page.getByRole('dialog').count()).toBe(0);

    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.press('?');
    await page.getByRole('switch', { name: 'Use single keys as shortcuts' }).press('Space');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('c');
    await page.keyboard.press('?');
    await page.waitForTimeout(300);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('chooses the colours, which stay chosen', async () => {
    const page = await browser.visit(at('/projects'), { as: 'fred' });
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
    expect(await scheme()).toBe('light');
    await page.getByRole('button', { name: 'Colours: as the system' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Dark' }).press('Enter');
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Colours: dark' }).waitFor();
    expect(await scheme()).toBe('dark');
  });
});
