import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../web/support/browser.ts';
import { eachLook } from '../web/support/looks.ts';
import { myself } from '../web/support/rest.ts';
import { useSite } from '../web/support/site.ts';
import { passwordOf, Slapd } from './support/slapd.ts';

/** As an administrator and as a person would: the directory is set up on the page, tested, used, followed. */
describe('a directory in a browser', () => {
  const site = useSite();
  const browser = useBrowser();
  let slapd: Slapd;
  const at = (path: string) => `${site.current.url}${path}`;

  beforeAll(async () => {
    slapd = await Slapd.start();
    for (const uid of ['alice', 'bob']) await slapd.addPerson(uid);
    await slapd.addGroup('staff', [slapd.dnOf('alice')]);
  }, 60_000);
  afterAll(() => slapd?.stop());

  it('is set up by an administrator: described, tested, switched on, synced', async () => {
    const page = await browser.visit(at('/admin/sign-in'), { as: 'admin', refusals: [400, 401] });
    await page.getByRole('link', { name: 'Add provider' }).click();
    await page.getByLabel('Name').fill('Corp directory');
    await page.getByRole('radio', { name: /LDAP/ }).check({ force: true });
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Corp directory', exact: true }).waitFor();
    await page.getByRole('textbox', { name: /^Address/ }).fill(slapd.ldaps);
    await page.getByLabel('Account to search with').fill(slapd.service.dn);
    await page.getByRole('textbox', { name: 'Its password' }).fill(slapd.service.password);
    await page.getByLabel('Where people are').fill(slapd.people);
    await page.getByLabel('Where groups are').fill(slapd.groups);
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByLabel('Certificate authority').fill(slapd.ca.certificate);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Corp directory is saved.').waitFor();

    await page.getByLabel('Whom to look up').fill('alice');
    await page.getByLabel('Their password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Test this' }).click();
    await page.getByText('The directory refuses this password.').waitFor();
    await page.getByLabel('Their password', { exact: true }).fill(passwordOf('alice'));
    await page.getByRole('button', { name: 'Test this' }).click();
    await page.getByText('new account').waitFor();
    await page.getByText('What the provider said').click();
    await page.getByRole('cell', { name: 'alice@corp.example' }).first().waitFor();
    await eachLook(page, 'directory-tested');
    expect((await page.request.get(at('/rest/api/2/user?username=alice'))).status()).toBe(404);

    await page.getByLabel('In use').check({ force: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Corp directory is saved and in use.').waitFor();
    for (const uid of ['alice', 'bob']) {
      expect((await myself(site.current.url, uid, passwordOf(uid))).status).toBe(200);
    }
    await slapd.remove(slapd.dnOf('bob'));
    await slapd.change(slapd.dnOf('alice'), { cn: 'Alice Renamed' });
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText('1 updated, 1 deactivated').waitFor();
    await page.getByText('What changed').click();
    await page.getByText('the directory has no such person any more').waitFor();
    await slapd.halt();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText('ECONNREFUSED').waitFor();
    await slapd.run();
    await eachLook(page, 'directory-syncs');
  });

  it('lets its people in on the page, and tells them where their password is kept', async () => {
    const page = await browser.visit(at('/sign-in'), { refusals: [401, 403] });
    await page.getByLabel('E-mail or user name').fill('alice@corp.example');
    const password = page.getByLabel('Password', { exact: true });
    if (!(await password.isVisible())) await page.keyboard.press('Enter');
    await password.fill(passwordOf('alice'));
    await page.keyboard.press('Enter');
    await page.waitForURL(at('/'));
    await page.goto(at('/account/security'));
    await page.getByText('You sign in with the password of Corp directory').waitFor();
    expect(await page.getByLabel('Current password').count()).toBe(0);
    await eachLook(page, 'security-directory');
  });
});
