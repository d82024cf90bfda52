import { afterAll, describe, expect, it } from 'vitest';
import { startPeer } from '../../single-sign-on/support/openid-peer.ts';
import { useBrowser } from '../web/support/browser.ts';
import { eachLook } from '../web/support/looks.ts';
import { useSite } from '../web/support/site.ts';

/** As an administrator and as a person would, with an OpenID provider that nobody here wrote. */
describe('OpenID Connect in a browser', () => {
  const site = useSite({ env: { TESSERA_OUTBOUND_NETWORKS: '127.0.0.0/8' } });
  const browser = useBrowser();
  let peer: Awaited<ReturnType<typeof startPeer>> | undefined;
  const at = (path: string) => `${site.current.url}${path}`;
  afterAll(() => peer?.stop());

  it('is set up from its issuer, tested, used to sign in, and to sign out', async () => {
    const page = await browser.visit(at('/admin/sign-in/new'), { as: 'admin', refusals: [400, 401, 503] });
    await page.getByLabel('OpenID Connect').check();
    await page.getByLabel('Name').fill('Corp ID');
    await page.getByRole('button', { name: 'Go on' }).click();
    const told = (name: string) => page.getByLabel(name, { exact: true }).inputValue();
    await page.getByLabel('Redirect or callback URI', { exact: true }).waitFor();
    peer = await startPeer({
      redirect: await told('Redirect or callback URI'),
      signedOut: await told('Redirect URI after signing out'),
      backchannel: await told('Back-channel logout URI'),
    });
    await page.getByLabel('Client ID').fill('tessera');
    await page.getByLabel('Issuer').fill('http://idp.example');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('An address that begins with https:// is needed').waitFor();
    await page.getByLabel('Issuer').fill(peer.issuer);
    await page.getByLabel('Client secret', { exact: true }).fill('a secret with +/ and spaces');
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByRole('combobox', { name: 'Scopes' }).fill('groups');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Corp ID is saved.').waitFor();
    await eachLook(page, 'provider-oidc');

    await page.getByRole('button', { name: 'Make a credential…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label').fill('Provisioning');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    const secret = await dialog.getByLabel('Secret (Bearer token)', { exact: true }).inputValue();
    await eachLook(page, 'scim-secret');
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    const scim = () => fetch(at('/scim/v2/Users'), { headers: { Authorization: `Bearer ${secret}` } });
    expect((await scim()).status).toBe(200);
    await page.getByRole('button', { name: 'Revoke Provisioning' }).click();
    await eachLook(page, 'scim-revoke');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('The provider has none yet.').waitFor();
    expect((await scim()).status).toBe(401);
  });

  it('shows what a test brought back, and lets a newcomer in', async () => {
    const elsewhere = new URL(peer!.issuer).origin;
    const page = await browser.visit(at('/admin/sign-in'), { as: 'admin', refusals: [401], elsewhere });
    await page.getByRole('link', { name: 'Corp ID' }).click();
    await page.getByRole('button', { name: 'Test this' }).click();
    await page.getByText('new account').waitFor();
    await page.getByText('Ida O. (ida, ida@op.example)').waitFor();
    await page.getByLabel('In use').check({ force: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Corp ID is saved and in use.').waitFor();

    const visitor = await browser.visit(at('/sign-in'), { refusals: [401], elsewhere });
    await visitor.getByRole('link', { name: 'Sign in with Corp ID' }).click();
    await visitor.waitForURL(at('/'));
    expect((await (await visitor.request.get(at('/rest/api/2/myself'))).json()).name).toBe('ida');
    await visitor.getByRole('button', { name: /Account of/ }).click();
    await visitor.getByRole('menuitem', { name: 'Sign out' }).click();
    await visitor.waitForURL(`${elsewhere}/session/end**`);
    expect((await visitor.request.get(at('/rest/api/2/myself'))).status()).toBe(401);
  });
});
