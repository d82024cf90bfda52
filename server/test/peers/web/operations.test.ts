import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { basic, myself } from './support/rest.ts';
import { useSite } from './support/site.ts';

describe('running the site', () => {
  const site = useSite({ env: { TESSERA_LOGIN_ATTEMPTS: '2' } });
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  const me = (name: string, secret: string) => myself(site.current.url, name, secret);
  const setting = async (name: string) => {
    const reply = await fetch(at('/rest/tessera/1/settings'), { headers: basic('admin', 'admin') });
    return ((await reply.json()) as Record<string, unknown>)[name];
  };

  it('changes settings, all of which have a name for people, and refuses what cannot be', async () => {
    const page = await browser.visit(at('/admin/settings'), { as: 'admin' });
    await page.getByLabel('Name of the site').fill('Quarry');
    await page.getByLabel('An API token lasts at most').fill('9999');
    expect(await page.getByRole('heading', { name: 'Other settings' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Save settings' }).click();
    const days = page.getByLabel('An API token lasts at most');
    await days.and(page.locator('[aria-invalid=true]:focus')).waitFor();
    await page.getByText('Type a whole number from 1 to 365.').waitFor();
    // In sight, above the bar with the button.
    const bottomOf = async (what: typeof days) => {
      const box = await what.boundingBox();
      return (box?.y ?? 0) + (box?.height ?? 0);
    };
    const bar = await page.getByRole('button', { name: 'Save settings' }).boundingBox();
    expect(await bottomOf(page.getByText('Type a whole number from 1 to 365.'))).toBeLessThan(bar?.y ?? 0);
    expect(await setting('siteTitle')).toBe('Tessera');
    await days.fill('90');
    await page.getByRole('switch', { name: 'Count as Jira does' }).click();
    await page.getByLabel('Wrong passwords that close passwords everywhere').fill('');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('The settings are saved.').waitFor();
    expect(await setting('siteTitle')).toBe('Quarry');
    expect(await setting('apiTokenMaxDays')).toBe(90);
    expect(await setting('strictLock')).toBe(true);
    expect(await setting('accountLockFailures')).toBeNull();
    await expect.poll(() => page.title()).toBe('Settings · Quarry');

    await page.getByRole('switch', { name: 'Count as Jira does' }).click();
    await page.getByRole('button', { name: 'Save settings' }).click();
    await expect.poll(() => setting('strictLock')).toBe(false);
  });

  it('shows what the configuration holds fixed, and lets nobody type it', async () => {
    const page = await browser.visit(at('/admin/settings'), { as: 'admin' });
    const attempts = page.getByLabel('Failures in a row before the picture is asked for');
    await page.getByText('TESSERA_LOGIN_ATTEMPTS').waitFor();
    expect(await attempts.inputValue()).toBe('2');
    expect(await attempts.isDisabled()).toBe(true);
  });

  it('shows who is locked out, from where, and resets the count', async () => {
    for (let i = 0; i < 2; i++) expect((await me('wilma', 'wrong')).status).toBe(401);
    for (let i = 0; i < 2; i++) expect((await me('nobody-at-all', 'wrong')).status).toBe(401);
    expect((await me('wilma', 'wilma')).status).toBe(403);

    const page = await browser.visit(at('/admin/locks'), { as: 'admin' });
    const row = page.getByRole('row', { name: /Wilma Stone/ });
    expect(await row.textContent()).toMatch(/127\.0\.0\.1.*2.*just now/);
    await page.getByRole('row', { name: /nobody-at-all.*nobody has this name/ }).waitFor();

    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('row', { name: /Wilma Stone.*CAPTCHA required at next login/ }).waitFor();
    await page.getByRole('button', { name: 'Edit Wilma Stone' }).click();
    await page.getByRole('dialog').getByText('CAPTCHA required at next login').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset failed login count' }).click();
    await page.getByRole('dialog').getByText('No failed login counts').waitFor();
    expect((await me('wilma', 'wilma')).status).toBe(200);

    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Locks' }).click();
    await page.getByRole('button', { name: 'Clear the locks of nobody-at-all' }).click();
    await page.getByText('Nobody is locked out').waitFor();
  });

  it('shows who still uses a password, and closes that door but for some', async () => {
    expect((await me('fred', 'fred')).status).toBe(200);
    const page = await browser.visit(at('/admin/passwords'), { as: 'admin' });
    expect(await page.getByRole('row', { name: /Fred Normal/ }).textContent()).toMatch(/127\.0\.0\.1.*node/);

    await page.getByRole('switch', { name: 'Accept passwords over REST' }).click();
    await page.getByLabel('Accounts that may go on').fill('wil*\n');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Passwords are refused over REST.').waitFor();
    expect((await me('fred', 'fred')).status).not.toBe(200);
    expect((await me('wilma', 'wilma')).status).toBe(200);
    await page.reload();
    expect(await page.getByLabel('Accounts that may go on').inputValue()).toBe('wil*');
    await page.getByRole('switch', { name: 'Accept passwords over REST' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Passwords are accepted over REST.').waitFor();
    expect((await me('fred', 'fred')).status).toBe(200);
  });

  it('keeps a log that can be filtered, linked to, read in detail and exported', async () => {
    await me('nobody-here', 'wrong');
    const page = await browser.visit(at('/admin/audit'), { as: 'admin' });
    await page.getByRole('combobox', { name: 'What' }).click();
    await page.getByRole('option', { name: 'Signing in and out' }).click();
    await page.getByRole('combobox', { name: 'Outcome' }).click();
    await page.getByRole('option', { name: 'Refused' }).click();
    await page.waitForURL(/outcome=refused/);
    await page.getByLabel('Person').fill('nobody-here');
    await page.getByLabel('Person').press('Enter');
    await page.waitForURL(/user=nobody-here/);
    await page.locator('tbody tr').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.reload();
    await page.getByRole('row', { name: /Sign-in failed.*nobody-here/ }).waitFor();

    const opener = page.getByRole('button', { name: /^Details of record/ });
    await opener.press('Enter');
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as JSON lines' }).click();
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'sign-in.failed', outcome: 'refused' });

    await page.getByRole('link', { name: 'Why was this refused?' }).click();
    await page.getByRole('heading', { name: 'No account has this name' }).waitFor();
    await page.getByRole('link', { name: 'What the audit log has about it' }).click();
    await page.getByRole('row', { name: /Sign-in failed/ }).waitFor();
  });

  it('exports for spreadsheets, and says when nothing fits', async () => {
    const page = await browser.visit(at('/admin/audit?user=nobody-ever-called-so'), { as: 'admin' });
    await page.getByText('No record fits').waitFor();
    await page.getByRole('button', { name: 'Show all records' }).click();
    await page.locator('tbody tr').first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^audit-.*\.csv$/);
  });
});

describe('why a request was refused', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;

  it('is told on the page that was refused, to those whom it concerns', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'wilma', refusals: [403, 404] });
    await page.getByRole('heading', { name: 'You may not see this issue' }).waitFor();
    await page.getByRole('link', { name: 'Why was this refused?' }).click();
    await page.getByRole('heading', { name: 'Why was this refused?' }).waitFor();
    await page.getByRole('heading', { name: 'What helps' }).waitFor();
    expect(await page.getByRole('main').textContent()).toMatch(/Account.*Wilma Stone \(wilma\)/);

    const stranger = await browser.visit(page.url(), { as: 'fred', refusals: [404] });
    await stranger.getByText('Nothing is kept under this number').waitFor();
    const nobody = await browser.visit(page.url());
    await nobody.getByRole('heading', { name: 'Sign in to see the reason' }).waitFor();
  });
});
