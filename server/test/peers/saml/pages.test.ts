import { generate } from 'otplib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../web/support/browser.ts';
import { eachLook } from '../web/support/looks.ts';
import { basic, myself } from '../web/support/rest.ts';
import { useSite } from '../web/support/site.ts';
import { Pysaml2 } from './support/pysaml2.ts';

/** As an administrator and as a person would: the provider is set up on the page, tested, required, used. */
describe('single sign-on in a browser', () => {
  const site = useSite();
  const browser = useBrowser();
  let idp: Pysaml2;
  const una = { user: 'una', attributes: { uid: 'una', mail: 'una@peer.example', displayName: 'Una Peer' } };
  const origin = () => new URL(idp.url).origin;
  const at = (path: string) => `${site.current.url}${path}`;
  const goOn = (page: Page) => page.getByRole('button', { name: 'Continue' }).click();

  beforeAll(async () => {
    idp = await Pysaml2.start();
    await idp.behaves(una);
  }, 180_000);
  afterAll(() => idp?.stop());

  it('is set up by an administrator: added, described from metadata, tested, switched on', async () => {
    const page = await browser.visit(at('/admin/sign-in'), {
      as: 'admin',
      refusals: [400, 401],
      elsewhere: origin(),
    });
    await page.getByText('Everybody signs in with a password of this site').waitFor();
    await eachLook(page, 'providers-none');
    await page.getByRole('link', { name: 'Add provider' }).click();
    await page.getByLabel('Name').fill('Corp login');
    await eachLook(page, 'provider-new');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Corp login', exact: true }).waitFor();
    await page.getByText('Not set up yet').waitFor();
    const acs = await page.getByLabel('ACS, reply or single sign-on URL', { exact: true }).inputValue();
    expect(acs).toMatch(/\/sso\/saml\/\d+\/acs$/);

    await page.getByLabel('Metadata of the provider').fill('<nonsense/>');
    await page.getByRole('button', { name: 'Read the metadata' }).click();
    await page
      .getByText(/metadata/i)
      .first()
      .waitFor();
    await page.getByLabel('Metadata of the provider').fill(await idp.get('/metadata'));
    await page.getByRole('button', { name: 'Read the metadata' }).click();
    await expect.poll(() => page.getByLabel('Entity ID of the provider').inputValue()).toContain('http');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Corp login is saved.').waitFor();
    await idp.knows(await (await page.request.get(acs.replace(/acs$/, 'metadata'))).text());
    await eachLook(page, 'provider-saml');

    await page.getByRole('button', { name: 'Test this' }).click();
    await page.waitForURL(`${origin()}/**`);
    await goOn(page);
    await page.getByRole('heading', { name: 'The provider’s answer is understood' }).waitFor();
    await page.getByText('new account').waitFor();
    await page.getByText('What the provider said').click();
    await page.getByRole('cell', { name: 'una@peer.example' }).first().waitFor();
    await eachLook(page, 'provider-tested');
    expect((await page.request.get(at('/rest/api/2/user?username=una'))).status()).toBe(404);

    await page.getByLabel('Ask for this site’s second step as well').check({ force: true });
    await page.getByRole('combobox', { name: 'E-mail domains' }).fill('peer.example');
    await page.keyboard.press('Enter');
    await page.getByLabel('In use').check({ force: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Corp login is saved and in use.').waitFor();
    await page.getByRole('link', { name: 'Single sign-on' }).first().click();
    await page.getByRole('cell', { name: 'peer.example' }).waitFor();
    await eachLook(page, 'providers');
  });

  it('case 30: whoever must use SAML and a second step gets in on the web only so, and by token over REST', async () => {
    const page = await browser.visit(at('/sign-in'), { refusals: [400, 401, 403], elsewhere: origin() });
    await eachLook(page, 'sign-in-account-first');
    await page.getByLabel('E-mail or user name').fill('una@peer.example');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Go on to Corp login' }).waitFor();
    await eachLook(page, 'sign-in-required');
    await page.getByRole('link', { name: 'Go on to Corp login' }).click();
    await page.waitForURL(`${origin()}/**`);
    await goOn(page);
    await page.waitForURL(at('/'));

    // The second step is set up, and asked for at the next sign-in.
    await page.goto(at('/account/security'));
    const linked = page.getByRole('region', { name: 'Sign-in elsewhere' });
    await linked.getByText('Corp login').waitFor();
    // As after ten minutes.
    await page.request.delete(at('/rest/auth/1/websudo'), { headers: { Origin: site.current.url } });
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
    await page
      .getByRole('button', { name: 'Confirm through Corp login instead, and come back here' })
      .waitFor();
    await eachLook(page, 'confirm-through-provider');
    await page
      .getByRole('button', { name: 'Confirm through Corp login instead, and come back here' })
      .click();
    await page.waitForURL(`${origin()}/**`);
    await goOn(page);
    await page.waitForURL(at('/account/security'));
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' });
    await dialog.getByText('No camera? Type this key instead').click();
    const secret = await dialog.getByLabel('Key for the app', { exact: true }).inputValue();
    const code = (steps: number) => generate({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 });
    await dialog.getByLabel('Code', { exact: true }).fill(await code(-1));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await eachLook(page, 'security-with-provider');

    const made = await page.request.post(at('/rest/pat/latest/tokens'), {
      data: { name: 'script', expirationDuration: 30 },
      headers: { Origin: site.current.url },
    });
    expect(made.status()).toBe(201);
    const { rawToken } = await made.json();
    expect((await myself(site.current.url, 'una@peer.example', rawToken)).status).toBe(200);

    await page.context().clearCookies();
    await page.goto(at(`/sign-in`));
    await page.getByRole('link', { name: 'Sign in with Corp login' }).click();
    await page.waitForURL(`${origin()}/**`);
    await goOn(page);
    await page.waitForURL(at('/sign-in/second-step'));
    expect((await page.request.get(at('/rest/api/2/myself'))).status()).toBe(401);
    await page.getByLabel('Code', { exact: true }).fill(await code(0));
    await page.keyboard.press('Enter');
    await page.waitForURL(at('/'));
    expect((await (await page.request.get(at('/rest/api/2/myself'))).json()).name).toBe('una');
  });

  it('refuses the password of who must come that way, on the page and over REST, like a wrong one', async () => {
    const page = await browser.visit(at('/admin/users'), { as: 'admin', refusals: [401] });
    const set = await page.request.put(at('/rest/api/2/user/password?username=una'), {
      data: { password: 'a long password of una' },
      headers: { Origin: site.current.url },
    });
    expect(set.status()).toBe(204);
    const right = await myself(site.current.url, 'una', 'a long password of una');
    const wrong = await myself(site.current.url, 'una', 'a wrong password of una');
    expect([right.status, wrong.status]).toEqual([401, 401]);
    expect(await right.text()).toBe(await wrong.text());
    const form = await fetch(at('/rest/auth/1/session'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...basic('x', 'y') },
      body: JSON.stringify({ username: 'una', password: 'a long password of una' }),
    });
    expect(form.status).toBe(401);
  });

  it('shows administrators who somebody is there, and takes it away', async () => {
    const page = await browser.visit(at('/admin/users'), { as: 'admin', refusals: [401] });
    await page.getByRole('button', { name: /Edit Una Peer/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Corp login: una').waitFor();
    await eachLook(page, 'user-edit-identities');
    await dialog.getByRole('button', { name: 'Unlink Corp login' }).click();
    await dialog.getByText('None is linked.').waitFor();
  });
});
