import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { eachLook } from './support/looks.ts';
import { useSite } from './support/site.ts';

describe('links of an issue', () => {
  const site = useSite();
  const browser = useBrowser();

  it('are listed by how it is linked, and lead there', async () => {
    const made = await fetch(`${site.current.url}/rest/api/2/issueLink`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from('fred:fred').toString('base64')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({
        type: { name: 'Blocks' },
        inwardIssue: { key: 'QA-31' },
        outwardIssue: { key: 'QA-30' },
      }),
    });
    expect(made.status).toBe(201);
    const page = await browser.visit(`${site.current.url}/browse/QA-31`, { as: 'fred' });
    const section = page.getByRole('region', { name: 'Linked: blocks' });
    await section.getByRole('link').first().waitFor();
    await eachLook(page, 'issue-links');
    await section.getByRole('link').first().click();
    await page.getByRole('region', { name: 'Linked: is blocked by' }).waitFor();
  });
});
