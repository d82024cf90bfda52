import { generate } from 'otplib';
import type { Page } from 'playwright-core';
import { describe, it } from 'vitest';
import { picture, useBrowser } from './support/browser.ts';
import { eachLook } from './support/looks.ts';
import { useSite } from './support/site.ts';

/** In turns of their own: a code counts once, so each test waits for no other's. */
describe('the second step', () => {
  const site = useSite();
  const browser = useBrowser();
  // Passkeys belong to a name, and browsers take localhost for a safe place.
  const at = (path: string) => `${site.current.url.replace('127.0.0.1', 'localhost')}${path}`;
  const section = (page: Page) => page.getByRole('region', { name: 'Second step' });

  /** What the app shows; `steps` later ones are needed for more than one sign-in within half a minute. */
  const code = (secret: string, steps = 0) =>
    generate({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 });

  async function signIn(page: Page, name: string): Promise<void> {
    await page.getByLabel('E-mail or user name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(name);
    await page.keyboard.press('Enter');
  }

  it('is set up with an authenticator app, asked for at the next sign-in, and a recovery code stands in', async () => {
    const page = await browser.visit(at('/account/security'), { as: 'fred', refusals: [400, 401] });
    await eachLook(page, 'security-without-factor');
    await section(page).getByRole('button', { name: 'Set up an authenticator app' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' });
    await dialog.getByRole('img', { name: /QR code/ }).waitFor();
    await eachLook(page, 'authenticator-setup');
    await dialog.getByText('No camera? Type this key instead').click();
    const secret = await dialog.getByLabel('Key for the app', { exact: true }).inputValue();
    await dialog.getByLabel('Code', { exact: true }).fill('000000');
    await page.keyboard.press('Enter');
    await dialog.getByText('This is not the code that the app shows now.').waitFor();
    await dialog.getByLabel('Code', { exact: true }).fill(await code(secret, -1));
    await page.keyboard.press('Enter');
    const codes = page.getByRole('dialog', { name: 'Keep your recovery codes' });
    await codes.getByRole('listitem').nth(9).waitFor();
    const recoveryCode = (await codes.getByRole('listitem').first().innerText()).trim();
    await eachLook(page, 'recovery-codes');
    await codes.getByRole('button', { name: 'I have kept them' }).click();
    await section(page).getByText('10 left').waitFor();
    await eachLook(page, 'security-with-factor');

    const other = await browser.visit(at('/sign-in?returnTo=/browse/QA-31'), { refusals: [401] });
    await signIn(other, 'fred');
    await other.getByRole('heading', { name: 'One more step' }).waitFor();
    await other.getByLabel('Code', { exact: true }).and(other.locator(':focus')).waitFor();
    await eachLook(other, 'second-step');
    await other.getByLabel('Code', { exact: true }).fill('000000');
    await other.keyboard.press('Enter');
    await other.getByText('This code is wrong, or was used before.').waitFor();
    await other.getByLabel('Do not ask on this device for 30 days').check();
    await other.getByLabel('Code', { exact: true }).fill(await code(secret));
    await other.keyboard.press('Enter');
    await other.waitForURL(/\/browse\/QA-31$/);
    // Not asked on this device again.
    await other.request.delete(at('/rest/tessera/1/session'), {
      headers: { Origin: new URL(at('/')).origin },
    });
    await other.goto(at('/sign-in'));
    await signIn(other, 'fred');
    await other.waitForURL((url) => url.pathname === '/');

    const third = await browser.visit(at('/sign-in'));
    await signIn(third, 'fred');
    await third.getByRole('button', { name: 'Use a recovery code' }).click();
    await third.getByLabel('Recovery code').fill(recoveryCode);
    await third.keyboard.press('Enter');
    await third.waitForURL((url) => url.pathname === '/');
  });

  it('a passkey is added, signs in alone, and confirms administration without the password', async () => {
    const page = await browser.visit(at('/account/security'), { as: 'admin', refusals: [401] });
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await section(page).getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Test device');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await section(page).getByText('Test device').waitFor();

    await page.request.delete(at('/rest/tessera/1/session'), {
      headers: { Origin: new URL(at('/')).origin },
    });
    await page.goto(at('/sign-in'));
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    await eachLook(page, 'sign-in-with-passkey');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL((url) => url.pathname === '/');

    await page.request.delete(at('/rest/auth/1/websudo'), { headers: { Origin: new URL(at('/')).origin } });
    await page.goto(at('/admin/groups'));
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('by passkey');
    await page.keyboard.press('Enter');
    const confirming = page.getByRole('dialog', { name: 'Confirm your password' });
    await confirming.getByRole('button', { name: 'Use a passkey' }).waitFor();
    await picture(page, 'confirm-by-passkey');
    await confirming.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(/\/admin\/groups\/by%20passkey$/);

    // As the second step after a password, and removed again.
    await page.request.delete(at('/rest/tessera/1/session'), {
      headers: { Origin: new URL(at('/')).origin },
    });
    await page.goto(at('/sign-in'));
    await signIn(page, 'admin');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await page.goto(at('/account/security'));
    await section(page).getByRole('button', { name: 'Remove the passkey Test device' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await section(page).getByText('Test device').waitFor({ state: 'detached' });
  });

  it('an administrator demands it of a group, whose members set it up on their way in', async () => {
    const admin = await browser.visit(at('/admin/settings'), { as: 'admin' });
    const groups = admin.getByRole('region', { name: 'Who must have a second step' });
    await groups.getByRole('combobox', { name: 'Groups' }).click();
    await admin.getByRole('option', { name: 'jira-software-users' }).click();
    await admin.keyboard.press('Escape');
    await groups.getByRole('button', { name: 'Save groups' }).click();
    await admin.getByText('It counts from the next sign-in on.').waitFor();
    await groups.scrollIntoViewIfNeeded();
    await picture(admin, 'settings-factor-groups');

    const page = await browser.visit(at('/sign-in'));
    await signIn(page, 'wilma');
    await page.getByRole('heading', { name: 'Set up a second step' }).waitFor();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await eachLook(page, 'second-step-enrolment');
    await page.getByText('No camera? Type this key instead').click();
    const secret = await page.getByLabel('Key for the app', { exact: true }).inputValue();
    await page.getByLabel('Code', { exact: true }).fill(await code(secret));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.waitForURL((url) => url.pathname === '/');

    await admin.goto(at('/admin/users'));
    await admin.getByRole('button', { name: /wilma/i }).first().click();
    const dialog = admin.getByRole('dialog');
    await dialog.getByText('an authenticator app, 10 recovery codes left.').waitFor();
    await picture(admin, 'user-factors');
    await dialog.getByRole('button', { name: 'Remove all of them' }).click();
    await dialog.getByText('None is set up.').waitFor();
  });
});
