import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webSession } from '../../audit/trail.ts';
import { ask } from '../../support/client.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { launchOptions } from '../web/support/browser.ts';
import { Pysaml2 } from './support/pysaml2.ts';

/** What cookies and policies of a real browser make of it: the provider is another site, which posts to us. */
const server = useServer({ engine: 'sqlite' });
let idp: Pysaml2;
let browser: Browser;
let id: string;
const at = (path: string) => `${server.current.url}${path}`;

beforeAll(async () => {
  await createWorld(server.current, { issues: 1 });
  [idp, browser] = await Promise.all([Pysaml2.start(), chromium.launch(launchOptions)]);
  const headers = await webSession(server.current, 'admin', 'admin');
  const providers = at('/rest/tessera/1/identity-providers');
  const xml = await idp.get('/metadata');
  const { settings } = (await ask('POST', `${providers}/saml-metadata`, { headers, body: { xml } })).body;
  const body = { kind: 'saml', name: 'pysaml2', enabled: true, settings };
  id = (await ask('POST', providers, { headers, body })).body.id;
  await idp.knows((await ask('GET', at(`/sso/saml/${id}/metadata`))).text);
  await idp.behaves({ user: 'una', attributes: { uid: 'una', mail: 'una@peer.example' } });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await idp?.stop();
});

test('a browser signs in across two sites, and out of both again', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const whoAmI = async () => (await page.request.get(at('/rest/api/2/myself'))).json();
  await page.goto(at(`/sso/${id}/start?returnTo=/status`));
  expect(new URL(page.url()).origin).toBe(new URL(idp.url).origin);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(at('/status'));
  expect((await whoAmI()).name).toBe('una');
  await page.goto(at('/logout'));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(at('/sign-in'));
  expect((await page.request.get(at('/rest/api/2/myself'))).status()).toBe(401);
  expect(JSON.parse(await idp.get('/last')).ended.name_id).toBe('una');
});

test('the answer is worth nothing in another browser', async () => {
  const [mine, other] = [await browser.newContext(), await browser.newContext()];
  const page = await mine.newPage();
  await page.goto(at(`/sso/${id}/start`));
  const form = await page.content();
  const victim = await other.newPage();
  await victim.route('**/evil', (route) => route.fulfill({ contentType: 'text/html', body: form }));
  await victim.goto('http://localhost:1/evil');
  await victim.getByRole('button', { name: 'Continue' }).click();
  await victim.waitForURL(/problem=sso-other-browser/);
  expect((await other.cookies()).filter(({ name }) => name === 'tessera')).toEqual([]);
});
