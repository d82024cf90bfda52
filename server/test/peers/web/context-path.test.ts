import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { useSite } from './support/site.ts';

describe('under a context path', () => {
  const site = useSite({ contextPath: '/jira' });
  const browser = useBrowser();

  it('signs in, loads deep pages and stays below the path', async () => {
    expect(site.current.url).toMatch(/\/jira$/);
    const page = await browser.visit(`${site.current.url}/sign-in?returnTo=%2Fbrowse%2FQA-31`);
    await page.getByLabel('E-mail or user name').fill('fred');
    await page.getByLabel('Password', { exact: true }).fill('fred');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${site.current.url}/browse/QA-31`);
    await page.getByRole('button', { name: 'Edit the summary' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Edit the summary' }).waitFor();
    await page.getByRole('link', { name: 'API tokens' }).click();
    await page.waitForURL(`${site.current.url}/profile/tokens`);
    expect(await page.getByRole('textbox', { name: 'Curl command' }).inputValue()).toContain(
      ` ${site.current.url}/rest/api/2/myself`,
    );
  });
});
