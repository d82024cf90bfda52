import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { eachLook } from './support/looks.ts';
import { useSite } from './support/site.ts';

describe('programs and their credentials', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  const status = async (token: string) =>
    (await fetch(at('/rest/api/2/myself'), { headers: { Authorization: `Bearer ${token}` } })).status;

  it('an administrator makes a service account and a token; its use is plotted, and it is revoked with others', async () => {
    const page = await browser.visit(at('/service-accounts'), { as: 'admin', refusals: [400] });
    await page.getByText('There are no service accounts').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Create service account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User name').fill('two words');
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Build server');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('The username must not contain spaces').waitFor();
    await eachLook(page, 'service-account-create');
    await dialog.getByLabel('User name').fill('ci');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Build server' }).waitFor();
    await page.getByRole('button', { name: 'Create token for Build server' }).click();
    await dialog.getByLabel('Label').fill('Nightly build');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText('Copy it now').waitFor();
    const token = await dialog.getByRole('textbox', { name: 'Token' }).inputValue();
    expect(await dialog.getByRole('textbox', { name: 'Curl command' }).inputValue()).toContain(
      `ci@service.invalid:${token}`,
    );
    await page.getByRole('button', { name: 'I have copied it' }).click();
    for (let i = 0; i < 5; i++) expect(await status(token)).toBe(200);
    await page.reload();
    await page.getByRole('row', { name: /Nightly build/ }).waitFor();
    await eachLook(page, 'service-accounts');

    await page.getByRole('link', { name: 'Credentials' }).click();
    await page.getByRole('heading', { name: 'Credentials', level: 1 }).waitFor();
    await page.getByRole('row', { name: /Nightly build.*Build server/ }).waitFor();
    await eachLook(page, 'credentials');
    await page.getByRole('button', { name: 'Use of Nightly build of Build server' }).click();
    await dialog.getByText('5 requests in the last 90 days').waitFor();
    await dialog.getByText('read:jira-user').waitFor();
    await eachLook(page, 'credentials-use');
    await page.keyboard.press('Escape');

    await page.getByLabel('Owner').fill('ci');
    await page.getByText('1 credential', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Choose Nightly build of Build server' }).check();
    await page.getByRole('button', { name: 'Revoke 1 chosen…' }).click();
    await dialog.getByRole('button', { name: 'Revoke 1' }).click();
    await page.getByText('One is revoked.').waitFor();
    expect(await status(token)).toBe(401);
    await page.getByRole('combobox', { name: 'Which' }).click();
    await page.getByRole('option', { name: 'Expired or revoked' }).click();
    await page.getByRole('row', { name: /Nightly build.*revoked just now/ }).waitFor();
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'Sessions' }).click();
    await page.getByText('Nothing matches').waitFor();
  });

  it('whoever answers for a program sees to its tokens, without being an administrator', async () => {
    const made = await fetch(at('/rest/tessera/1/service-accounts'), {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ name: 'bot', displayName: 'Chat bot', owner: 'fred' }),
    });
    expect(made.status).toBe(201);
    const page = await browser.visit(at('/profile/tokens'), { as: 'fred' });
    await page.getByRole('link', { name: 'Service accounts' }).click();
    await page.getByRole('heading', { name: 'Chat bot' }).waitFor();
    expect(await page.getByRole('button', { name: 'Create service account' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Create token for Chat bot' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label').fill('Answers');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText('Copy it now').waitFor();
    expect(await status(await dialog.getByRole('textbox', { name: 'Token' }).inputValue())).toBe(200);
  });
});
