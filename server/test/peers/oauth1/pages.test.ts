import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth } from 'oauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../web/support/browser.ts';
import { eachLook } from '../web/support/looks.ts';
import { useSite } from '../web/support/site.ts';

const keyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = keyPair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const privateKey = keyPair.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;

/** As an administrator sets an application up, and as a person lets it in and out again. */
describe('applications of OAuth 1.0a in a browser', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  let application: Awaited<ReturnType<typeof startApplication>>;
  let told: Record<string, string> = {};

  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(() => application.stop());

  const client = (callback: string) =>
    new OAuth(
      told['Request token URL']!,
      told['Access token URL']!,
      told['Consumer key']!,
      privateKey,
      '1.0',
      callback,
      'RSA-SHA1',
    );
  const asked = (callback: string) =>
    new Promise<{ token: string; secret: string }>((resolve, reject) =>
      client(callback).getOAuthRequestToken((error, token, secret) =>
        error ? reject(new Error(JSON.stringify(error))) : resolve({ token, secret }),
      ),
    );
  const fetched = (token: string, secret: string, verifier: string) =>
    new Promise<string>((resolve, reject) =>
      client('oob').getOAuthAccessToken(token, secret, verifier, (error, access) =>
        error ? reject(new Error(JSON.stringify(error))) : resolve(access),
      ),
    );
  const whoAmI = (token: string) =>
    new Promise<string>((resolve) =>
      client('oob').get(at('/rest/api/2/myself'), token, 'unused', (error, body) =>
        resolve(error ? String(error.statusCode) : JSON.parse(String(body)).name),
      ),
    );

  it('are set up by an administrator, whom the page tells what to set there', async () => {
    const page = await browser.visit(at('/admin/application-links'), { as: 'admin', refusals: [400, 401] });
    await page.getByText('No application is linked').waitFor();
    await page.getByRole('link', { name: 'Add application' }).click();
    await page.getByLabel('Name').fill('Build server');
    await page.getByLabel('Consumer key').fill('build server');
    await page.getByLabel('Public key').fill('not a key');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('This is no public key').waitFor();
    await page.getByText('The consumer key must have').waitFor();
    await eachLook(page, 'link-new');
    await page.getByLabel('Consumer key').fill('build-server');
    await page.getByLabel('Public key').fill(publicKey);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('The key has 2048 bits').waitFor();
    for (const name of ['Consumer key', 'Request token URL', 'Authorize URL', 'Access token URL']) {
      told[name] = await page.getByRole('definition').getByLabel(name, { exact: true }).inputValue();
    }
    expect(told['Authorize URL']).toBe(at('/plugins/servlet/oauth/authorize'));
    // The same text is run by the tests of clients.
    const docs = readFileSync(new URL('../../../../docs/oauth.md', import.meta.url), 'utf8');
    const [, example = ''] = /<!-- example: python-dance -->\n```python\n([\s\S]*?)```/.exec(docs) ?? [];
    expect(await page.getByText('from jira import JIRA').textContent()).toBe(
      example.replace('https://jira.example.com', site.current.url),
    );
    await page.getByLabel('May ask without a person').check({ force: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('There is no such account').waitFor();
    await page.getByRole('combobox', { name: 'Account' }).fill('wil');
    await page.getByRole('option', { name: /Wilma/ }).click();
    await eachLook(page, 'link');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Build server is saved.').waitFor();
    await page.getByRole('link', { name: 'Application links' }).first().click();
    await page.getByRole('row', { name: /Build server build-server 0 people, Wilma/ }).waitFor();
    await eachLook(page, 'links');
  });

  it('ask a person who signs in first, goes back with a code, and revokes it later', async () => {
    const { token, secret } = await asked(application.callback);
    const elsewhere = new URL(application.callback).origin;
    const page = await browser.visit(`${told['Authorize URL']}?oauth_token=${token}`, {
      refusals: [401],
      elsewhere,
    });
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel(/e-mail/i).fill('fred');
    await page.getByRole('textbox', { name: 'Password' }).fill('fred');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Allow Build server?' }).waitFor();
    await page.getByText(`You will go back to ${elsewhere}.`).waitFor();
    await eachLook(page, 'consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${application.callback}?**`);
    const verifier = new URL(page.url()).searchParams.get('oauth_verifier')!;
    const access = await fetched(token, secret, verifier);
    expect(await whoAmI(access)).toBe('fred');

    await page.goto(at('/plugins/servlet/oauth/users/access-tokens'));
    await page.getByRole('heading', { name: 'Authorised applications' }).waitFor();
    await page.getByRole('row', { name: /Build server/ }).waitFor();
    await eachLook(page, 'applications');
    await page.getByRole('button', { name: 'Revoke Build server' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('No application acts for you').waitFor();
    expect(await whoAmI(access)).toBe('401');
    await eachLook(page, 'applications-none');
  });

  it('get a code by way of the person, with the keyboard alone, or nothing', async () => {
    const first = await asked('oob');
    const page = await browser.visit(`${told['Authorize URL']}?oauth_token=${first.token}`, {
      as: 'admin',
      refusals: [404],
    });
    await page.getByText('You administer this site').waitFor();
    await page.getByText('You will get a code').waitFor();
    await eachLook(page, 'consent-administrator');
    await page.getByRole('button', { name: 'Deny' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Copy the code' }).waitFor();
    await eachLook(page, 'consent-code');
    const verifier = await page.getByLabel('Verification code', { exact: true }).inputValue();
    expect(await whoAmI(await fetched(first.token, first.secret, verifier))).toBe('admin');

    await page.reload();
    await page.getByRole('heading', { name: 'Nothing to decide' }).waitFor();
    await eachLook(page, 'consent-over');

    const second = await asked('oob');
    await page.goto(`${told['Authorize URL']}?oauth_token=${second.token}`);
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Build server gets no access' }).waitFor();
    await eachLook(page, 'consent-denied');
    await expect(fetched(second.token, second.secret, 'denied')).rejects.toThrow('permission_denied');
  });

  it('are not decided about by whoever signed in meanwhile', async () => {
    const { token } = await asked('oob');
    const page = await browser.visit(`${told['Authorize URL']}?oauth_token=${token}`, {
      as: 'fred',
      refusals: [409, 401],
    });
    await page.getByRole('button', { name: 'Allow' }).waitFor();
    const body = { username: 'wilma', password: 'wilma' };
    const other = await page.request.post(at('/rest/tessera/1/session'), {
      data: body,
      headers: { Origin: site.current.url },
    });
    expect(other.status()).toBe(200);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText(/Meanwhile Wilma.* signed in here/).waitFor();
    await eachLook(page, 'consent-somebody-else');
  });

  it('cannot have the page in a frame', async () => {
    const reply = await fetch(at('/oauth1/authorize?oauth_token=x'), { headers: { Accept: 'text/html' } });
    expect(reply.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(reply.headers.get('x-frame-options')).toBe('DENY');
  });

  it('are removed, and asked about first', async () => {
    const page = await browser.visit(at('/admin/application-links'), { as: 'admin', refusals: [401] });
    await page.getByRole('link', { name: 'Build server' }).click();
    await page.getByRole('button', { name: 'Remove…' }).click();
    await eachLook(page, 'link-remove');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('No application is linked').waitFor();
    told = {};
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
