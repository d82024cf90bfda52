import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { eachLook } from './support/looks.ts';
import { useSite } from './support/site.ts';

const run = promisify(execFile);

/** What a person does with the line: pastes it into a shell. */
async function paste(line: string): Promise<{ status: number; body: string }> {
  const { stdout } = await run('sh', ['-c', `${line} -s -w '\\n%{http_code}'`]);
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
}

async function createToken(page: Page, label: string): Promise<{ token: string; curl: string }> {
  await page.getByRole('main').getByRole('button', { name: 'Create token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Label').fill(label);
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await dialog.getByText('Copy it now').waitFor();
  return {
    token: await dialog.getByRole('textbox', { name: 'Token' }).inputValue(),
    curl: await dialog.getByRole('textbox', { name: 'Curl command' }).inputValue(),
  };
}

describe('API tokens', () => {
  const site = useSite();
  const browser = useBrowser();
  const visit = (as: string, refusals: number[] = []) =>
    browser.visit(`${site.current.url}/profile/tokens`, { as, refusals });

  it('are created, shown once, work as the page says, and are refused once revoked', async () => {
    const page = await visit('fred');
    const { token, curl } = await createToken(page, 'Nightly build');
    expect(token).toMatch(/^tsr_[0-9A-Za-z]{49}$/);
    expect(curl).toBe(`curl -u fred@example.com:${token} ${site.current.url}/rest/api/2/myself`);

    await page.getByRole('button', { name: 'Copy token' }).click();
    await page.getByRole('button', { name: 'Copied: token' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(token);

    const mine = await paste(curl);
    expect(mine.status).toBe(200);
    expect(JSON.parse(mine.body)).toMatchObject({ name: 'fred', emailAddress: 'fred@example.com' });

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('row', { name: /Nightly build/ }).waitFor();
    expect(await page.content()).not.toContain(token);

    await page.getByRole('button', { name: 'Revoke Nightly build' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click();
    await page.getByRole('button', { name: 'Revoke Nightly build' }).waitFor({ state: 'detached' });
    expect((await paste(curl)).status).toBe(401);
  });

  it('are all revoked at once, after a confirmation, and the session goes on', async () => {
    const page = await visit('wilma');
    const first = await createToken(page, 'One');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const second = await createToken(page, 'Two');
    await page.getByRole('button', { name: 'I have copied it' }).click();

    await page.getByRole('main').getByRole('button', { name: 'Revoke all' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect((await paste(first.curl)).status).toBe(200);

    await page.getByRole('main').getByRole('button', { name: 'Revoke all' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke all tokens' }).click();
    await page.getByText('You have no API tokens').waitFor();
    expect((await paste(first.curl)).status).toBe(401);
    expect((await paste(second.curl)).status).toBe(401);
    await page.reload();
    await page.getByText('You have no API tokens').waitFor();
  });

  it('are held to what is chosen, rotated with an overlap, and listed after their end', async () => {
    const page = await visit('fred', [400]);
    await page.getByRole('main').getByRole('button', { name: 'Create token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label').fill('Report');
    await dialog.getByRole('combobox', { name: 'What it may do' }).click();
    await page.getByRole('option', { name: 'Choose scopes…' }).click();
    await dialog.getByRole('checkbox', { name: /See projects and issues/ }).check();
    await dialog.getByRole('checkbox', { name: /See people/ }).check();
    await dialog.getByText('More limits').click();
    await dialog.getByLabel('Only from these addresses').fill('nowhere');
    await eachLook(page, 'tokens-create');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText(/Neither an address nor a CIDR range/).waitFor();
    await dialog.getByLabel('Only from these addresses').fill('127.0.0.0/8, 2001:db8::/32');
    await dialog.getByRole('combobox', { name: 'Only in these projects' }).click();
    await page.getByRole('option', { name: /\(QA\)/ }).click();
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText('Copy it now').waitFor();
    const old = await dialog.getByRole('textbox', { name: 'Curl command' }).inputValue();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const row = page.getByRole('row', { name: /Report/ });
    await row.getByText('Read only · only QA · only from 127.0.0.0/8, 2001:db8::/32').waitFor();
    expect((await paste(old)).status).toBe(200);
    const write = old.replace('curl', 'curl -X PUT -H "Content-Type: application/json" -d {}');
    expect(await paste(write.replace('myself', 'issue/QA-1'))).toEqual({
      status: 401,
      body: '{"code":401,"message":"Unauthorized; scope does not match"}',
    });

    await page.getByRole('button', { name: 'Rotate Report' }).click();
    await eachLook(page, 'tokens-rotate');
    await dialog.getByRole('button', { name: 'Rotate token' }).click();
    await dialog.getByText('Copy it now').waitFor();
    const next = await dialog.getByRole('textbox', { name: 'Curl command' }).inputValue();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    for (const line of [old, next]) expect((await paste(line)).status).toBe(200);
    await row.getByText(/Old secret ends in 23 hours/).waitFor();
    await eachLook(page, 'tokens');

    await page.getByRole('button', { name: 'Revoke Report' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click();
    await page.getByText('that ended within 90 days').click();
    await page.getByRole('row', { name: /Report.*Revoked just now by you/ }).waitFor();
    await eachLook(page, 'tokens-ended');
    for (const line of [old, next]) expect((await paste(line)).status).toBe(401);
  });

  it('say when they were last used and when they end', async () => {
    const page = await visit('admin');
    await page.getByRole('main').getByRole('button', { name: 'Create token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label').fill('Short-lived');
    await dialog.getByRole('combobox', { name: 'Expires after' }).click();
    await page.getByRole('option', { name: '7 days' }).click();
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const row = page.getByRole('row', { name: /Short-lived/ });
    expect(await row.textContent()).toMatch(/just now.*never.*in (6|7) days/);

    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByText(/Your API token “Short-lived” expires/).waitFor();
  });
});
