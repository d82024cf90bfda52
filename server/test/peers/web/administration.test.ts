import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { mailTo } from './support/mailbox.ts';
import { useSite } from './support/site.ts';

describe('administration', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  const myself = (name: string, password: string) =>
    fetch(at('/rest/api/2/myself'), {
      headers: { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
    });

  it('creates a user who can sign in, edits and deactivates them', async () => {
    const page = await browser.visit(at('/admin/users'), { as: 'admin' });
    await page.getByRole('main').getByRole('button', { name: 'Create user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Barney Rubble');
    await dialog.getByLabel('E-mail').fill('barney@example.com');
    await dialog.getByRole('textbox', { name: 'User name' }).fill('barney');
    await dialog.locator('input[type=password]').fill('granite gravel 12');
    await dialog.getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('row', { name: /Barney Rubble/ }).waitFor();
    expect((await myself('barney', 'granite gravel 12')).status).toBe(200);

    await page.getByLabel('Search users').fill('barn');
    await page.getByRole('row', { name: /Ada/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Edit Barney Rubble' }).click();
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Bernard Rubble');
    await dialog.getByRole('combobox', { name: 'Add to a group' }).click();
    await page.getByRole('option', { name: 'jira-administrators' }).click();
    await dialog.getByRole('button', { name: 'Remove from jira-administrators' }).waitFor();
    await dialog.getByRole('switch', { name: 'Active' }).click();
    await dialog.getByRole('button', { name: 'Save and deactivate' }).click();
    await page.getByRole('row', { name: /Bernard Rubble.*Deactivated/ }).waitFor();
    expect((await myself('barney', 'granite gravel 12')).status).toBe(401);
  });

  it('invites a user by mail to choose a password, and sets one for another', async () => {
    const page = await browser.visit(at('/admin/users'), { as: 'admin' });
    await page.getByRole('main').getByRole('button', { name: 'Create user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Pearl Slaghoople');
    await dialog.getByLabel('E-mail').fill('pearl@example.com');
    await dialog.getByRole('textbox', { name: 'User name' }).fill('pearl');
    await dialog.getByRole('button', { name: 'Create user' }).click();
    await page.getByText('a mail with a link').waitFor();
    const { code } = await mailTo(site.current, 'pearl@example.com', /account/);
    const guest = await browser.visit(at(`/reset-password#${code}`));
    await guest.getByLabel('New password', { exact: true }).fill('granite gravel 12');
    await guest.keyboard.press('Enter');
    await guest.getByRole('link', { name: 'Sign in with the new password' }).waitFor();
    expect((await myself('pearl', 'granite gravel 12')).status).toBe(200);

    await page.getByRole('button', { name: 'Edit Pearl Slaghoople' }).click();
    await dialog.getByRole('button', { name: 'Set a password' }).click();
    await dialog.getByLabel('New password', { exact: true }).fill('mortar gravel 13');
    await dialog.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('Pearl Slaghoople has a new password').waitFor();
    expect((await myself('pearl', 'mortar gravel 13')).status).toBe(200);
  });

  it('says at the field why an account cannot be created', async () => {
    const page = await browser.visit(at('/admin/users'), { as: 'admin', refusals: [400] });
    await page.getByRole('main').getByRole('button', { name: 'Create user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Fred again');
    await dialog.getByLabel('E-mail').fill('fred2@example.com');
    await dialog.getByRole('textbox', { name: 'User name' }).fill('fred');
    await dialog.locator('input[type=password]').fill('granite gravel 12');
    await dialog.getByRole('button', { name: 'Create user' }).click();
    await dialog.locator('[aria-invalid=true]').first().waitFor();
    expect(await dialog.getByRole('textbox', { name: 'User name' }).getAttribute('aria-invalid')).toBe(
      'true',
    );
  });

  it('creates a group, fills and empties it, and deletes it', async () => {
    const page = await browser.visit(at('/admin/groups'), { as: 'admin' });
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('night watch');
    await page.getByRole('dialog').getByRole('button', { name: 'Create group' }).click();
    await page.waitForURL(/\/admin\/groups\/night%20watch$/);
    await page.getByText('Nobody is in this group').waitFor();

    await page.getByRole('combobox', { name: 'Add a member' }).fill('wil');
    await page.getByRole('option', { name: /Wilma Stone/ }).click();
    await page.getByRole('row', { name: /Wilma Stone/ }).waitFor();
    await page.getByRole('button', { name: 'Remove Wilma Stone' }).click();
    await page.getByText('Nobody is in this group').waitFor();

    await page.getByRole('button', { name: 'Delete group' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete group' }).click();
    await page.waitForURL(at('/admin/groups'));
    await page.getByRole('link', { name: 'jira-administrators' }).waitFor();
    expect(await page.getByRole('link', { name: 'night watch' }).count()).toBe(0);
  });

  it('creates a project', async () => {
    const page = await browser.visit(at('/projects'), { as: 'admin' });
    await page.getByRole('button', { name: 'Create project' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Night Shift');
    expect(await dialog.getByLabel('Key').inputValue()).toBe('NS');
    await dialog.getByRole('button', { name: 'Create project' }).click();
    await page.waitForURL(/\/issues\?project=NS$/);
    await page.getByRole('heading', { level: 1, name: 'Night Shift' }).waitFor();
    await page.getByText('No issue fits').or(page.getByText('There is no issue yet')).first().waitFor();
  });

  it('is explained to others, and offered to them nowhere', async () => {
    const page = await browser.visit(at('/admin/users'), { as: 'fred' });
    await page.getByRole('heading', { name: 'This page is for administrators' }).waitFor();
    expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await page.goto(at('/projects'));
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();
    expect(await page.getByRole('button', { name: 'Create project' }).count()).toBe(0);
  });
});
