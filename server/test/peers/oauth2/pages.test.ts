import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../web/support/browser.ts';
import { eachLook } from '../web/support/looks.ts';
import { useSite } from '../web/support/site.ts';

/** As an administrator sets an application up, and as people let it in, by browser and by device, and out again. */
describe('applications of OAuth 2.0 in a browser', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  let application: Awaited<ReturnType<typeof startApplication>>;
  const told = { clientId: '', secret: '' };

  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(() => application.stop());

  const configuration = () =>
    client.discovery(new URL(site.current.url), told.clientId, told.secret, undefined, {
      execute: [client.allowInsecureRequests],
    });
  const whoAmI = async (token: string) => {
    const reply = await fetch(at('/rest/api/2/myself'), { headers: { Authorization: `Bearer ${token}` } });
    return reply.status === 200 ? ((await reply.json()) as { name: string }).name : String(reply.status);
  };

  it('are set up by an administrator, whom the page tells what to set there', async () => {
    const page = await browser.visit(at('/admin/incoming-links'), { as: 'admin', refusals: [400, 401] });
    await page.getByText('No application is linked').waitFor();
    await page.getByRole('link', { name: 'Add application' }).click();
    await page.getByLabel('Name').fill('Planning board');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Name the address that people come back to').waitFor();
    await eachLook(page, 'incoming-link-new');
    await page.getByLabel('Redirect addresses').fill(application.callback);
    await page.getByRole('checkbox', { name: 'WRITE', exact: true }).check();
    await page.getByRole('checkbox', { name: /type a code/ }).check();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Copy the secret now').waitFor();
    told.secret = await page.getByLabel('Client secret', { exact: true }).inputValue();
    told.clientId = await page.getByLabel('Client id', { exact: true }).inputValue();
    expect(await page.getByLabel('Issuer', { exact: true }).inputValue()).toBe(site.current.url);
    await eachLook(page, 'incoming-link-made');
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('row', { name: /Planning board/ }).waitFor();
    await eachLook(page, 'incoming-links');
    await page.getByRole('link', { name: 'Planning board' }).click();
    await page.getByRole('button', { name: 'New secret…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new one' }).click();
    await page.getByText('Copy the secret now').waitFor();
    told.secret = await page.getByLabel('Client secret', { exact: true }).inputValue();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Planning board is saved.').waitFor();
    await eachLook(page, 'incoming-link');
  });

  it('ask a person who signs in first, and goes back with a code', async () => {
    const config = await configuration();
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: application.callback,
      scope: 'WRITE openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 'state',
    });
    const elsewhere = new URL(application.callback).origin;
    const page = await browser.visit(url.href, { refusals: [401], elsewhere });
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel(/e-mail/i).fill('fred');
    await page.getByRole('textbox', { name: 'Password' }).fill('fred');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Allow Planning board?' }).waitFor();
    await page.getByText('Create, change and delete projects and issues').waitFor();
    await eachLook(page, 'authorisation');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${application.callback}?**`);
    const tokens = await client.authorizationCodeGrant(config, new URL(page.url()), {
      pkceCodeVerifier: verifier,
      expectedState: 'state',
      idTokenExpected: true,
    });
    expect(await whoAmI(tokens.access_token)).toBe('fred');

    await page.goto(at('/account/applications'));
    await page.getByRole('row', { name: /Planning board/ }).waitFor();
    await eachLook(page, 'authorised-oauth2');
    await page.getByRole('button', { name: 'Revoke Planning board' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('No application acts for you').waitFor();
    expect(await whoAmI(tokens.access_token)).toBe('401');
  });

  it('are let in by the code that a device shows, with the keyboard alone', async () => {
    const config = await configuration();
    const begun = await client.initiateDeviceAuthorization(config, { scope: 'READ' });
    const page = await browser.visit(begun.verification_uri, { as: 'wilma', refusals: [404] });
    await page.getByLabel('Code').fill('NONE-SUCH');
    await page.keyboard.press('Enter');
    await page.getByText('No device waits for this code').waitFor();
    await eachLook(page, 'device');
    await page.getByLabel('Code').fill(begun.user_code.toLowerCase());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Allow Planning board?' }).waitFor();
    await eachLook(page, 'device-decision');
    await page.getByRole('button', { name: 'Allow' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Planning board has access' }).waitFor();
    await eachLook(page, 'device-connected');
    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0.1 });
    expect(await whoAmI(tokens.access_token)).toBe('wilma');
  });

  it('cannot have these pages in a frame', async () => {
    for (const path of ['/oauth2/consent/x', '/device']) {
      const reply = await fetch(at(path), { headers: { Accept: 'text/html' } });
      expect(reply.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(reply.headers.get('x-frame-options')).toBe('DENY');
    }
  });

  it('are removed, and asked about first', async () => {
    const page = await browser.visit(at('/admin/incoming-links'), { as: 'admin', refusals: [401] });
    await page.getByRole('link', { name: 'Planning board' }).click();
    await page.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('No application is linked').waitFor();
  });
});

async function startApplication() {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!DOCTYPE html><html lang="en"><title>Back</title><h1>Back in the application</h1></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { callback: `http://127.0.0.1:${port}/callback`, stop: () => server.close() };
}
